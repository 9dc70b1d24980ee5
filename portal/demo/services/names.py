"""Surnames, given names and unit names from which invented ones are drawn, with weights like those of the country."""

from random import Random

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈钟姜崔谭陆"
    "范汪廖石金韦贾夏付方邹熊白孟秦邱侯江尹薛闫段雷龙黎史陶贺毛郝顾龚邵万覃武钱戴严莫孔向常"
)
"""In the order of their frequency."""
DOUBLE_SURNAMES = ("欧阳", "上官", "司马", "诸葛")
SURNAME_WEIGHTS = tuple(1000 / (place + 6) for place in range(len(SURNAMES)))


def _pairs(text: str) -> tuple[str, ...]:
    """Names of two characters, written without a gap."""
    return tuple(text[at : at + 2] for at in range(0, len(text), 2))


OLD = {
    "男": _pairs(
        "永福德顺金山玉田广林长海保民树林春生庆云兴旺福来家祥宝泉玉堂成林守业茂林有田洪生"
        "继德景和万年连生善才运昌仁贵根水"
    ),
    "女": _pairs(
        "桂兰玉珍凤琴淑芬春梅秀兰桂花玉兰素珍月娥爱芝翠英兰芳彩霞美兰银花瑞芝巧云惠芬秀芝"
        "菊香喜莲腊梅荣珍改花水仙来娣云芝"
    ),
}
MIDDLE = {
    "男": _pairs(
        "建军志远海波文斌俊峰立新晓东国栋永刚振宇明亮正平卫东学文世杰新宇庆丰长青力行仲平"
        "小龙春雷树声红兵跃进志平云飞敬业永康成刚光远大为学军继红新民广才润生利民双全松涛"
    ),
    "女": _pairs(
        "晓燕海燕春燕雪梅晓红玉婷慧敏丹丹莉莉佳慧文静雅琴丽华秋菊小芳淑娟美玲晓霞月琴冬梅"
        "艳红素云锦秀春兰小玲红霞立群晓岚玉洁丽萍亚男瑞华新荣佩芳凤霞桂芳秋云海英爱萍小娟"
    ),
}
YOUNG = {
    "男": _pairs(
        "子轩宇航梓豪俊熙博文嘉乐沐阳明轩承宇泽宇晨曦亦辰奕辰书航星野知远思源乐天云帆修齐"
        "浩宇子墨一鸣天泽宸宇文博昊天睿哲煜城君昊瑾瑜家铭皓轩逸飞梓睿启航子谦锦程致远明哲"
    ),
    "女": _pairs(
        "梓涵欣怡诗涵可馨思彤佳怡语嫣若曦沐晴安然念初书瑶星辰知夏清欢芷若婉清雨萱乐瑶静姝"
        "依诺雨桐梦瑶紫萱诗琪雅静子萱一涵思雨嘉怡心妍雨欣可欣芷涵若溪晓彤静怡沐瑶知意语桐"
    ),
}
"""Given names of three generations."""
UNIT_WORDS = _pairs("云岫长禾听澜松溪明汀远帆启林和川晨屿嘉木澄心广陌星渚锦程泽原万穗鸿渐柏舟凌霄望舒")
TRADES = (
    "食品",
    "纺织",
    "机械制造",
    "电子科技",
    "建筑工程",
    "物流",
    "商贸",
    "餐饮管理",
    "物业服务",
    "家居",
    "农业发展",
    "教育咨询",
    "汽车维修",
    "印务",
    "环保科技",
)
OLD_BEFORE, YOUNG_FROM = 1968, 2004


def surname(rng: Random) -> str:
    """Common ones come often; one in two hundred has two characters."""
    if rng.random() < 0.005:
        return rng.choice(DOUBLE_SURNAMES)
    return rng.choices(SURNAMES, weights=SURNAME_WEIGHTS)[0]


def surname_of(name: str) -> str:
    """The family's part of a name made here."""
    return name[:2] if name.startswith(DOUBLE_SURNAMES) else name[0]


def given_name(rng: Random, *, sex: str, year: int) -> str:
    """A name of the generation born in that year."""
    names = OLD if year < OLD_BEFORE else YOUNG if year >= YOUNG_FROM else MIDDLE
    return rng.choice(names[sex])


def unit_name(index: int) -> str:
    """A different one for each index below 100."""
    word, trade = UNIT_WORDS[index % len(UNIT_WORDS)], TRADES[(index * 7 + index // len(UNIT_WORDS)) % len(TRADES)]
    return f"示例市{word}{trade}有限公司"
