"""The 31 provinces and the Corps, with the official channels that people are told of; no link leaves the hall."""

from dataclasses import dataclass

from portal.directory.service import REGION, Channel, Service, Shelf


@dataclass(frozen=True, slots=True)
class Region:
    """A place that is served by its own hall."""

    code: str
    name: str
    channels: tuple[Channel, ...] = ()


NATIONAL = Channel("国家医保服务平台APP", "进入“地方专区”，选择参保地，再点“城乡居民暂停参保登记”。")
"""Named for every region, after its own channels."""
REGIONS: tuple[Region, ...] = (
    Region("beijing", "北京"),
    Region("tianjin", "天津"),
    Region(
        "hebei",
        "河北",
        (
            Channel("河北医保公共服务平台", "灵活就业人员：进入“参保登记”，选“停保”。"),
            Channel("冀时办APP", "灵活就业人员：进入“参保登记”，选“停保”。"),
        ),
    ),
    Region("shanxi", "山西"),
    Region("inner-mongolia", "内蒙古"),
    Region("liaoning", "辽宁"),
    Region("jilin", "吉林"),
    Region("heilongjiang", "黑龙江"),
    Region("shanghai", "上海"),
    Region("jiangsu", "江苏", (Channel("江苏医保云APP", "进入“城乡居民服务”，选“暂停参保”。"),)),
    Region("zhejiang", "浙江"),
    Region("anhui", "安徽"),
    Region("fujian", "福建"),
    Region("jiangxi", "江西"),
    Region("shandong", "山东", (Channel("日照市医保网上服务", "日照市可以在网上办理停保，其他市以当地说明为准。"),)),
    Region("henan", "河南", (Channel("河南省平台（官网或APP）", "进入“社保申报”，选“停保”。"),)),
    Region("hubei", "湖北"),
    Region("hunan", "湖南", (Channel("湘医保", "选“居民停保登记”或“灵活就业人员停保登记”。"),)),
    Region(
        "guangdong",
        "广东",
        (
            Channel("粤医保", "选“居民医保停保”。"),
            Channel("穗好办APP（广州）", "进入医保服务专区，选“参保信息服务”；恢复时选“取消暂停参保”。"),
        ),
    ),
    Region("guangxi", "广西"),
    Region("hainan", "海南"),
    Region("chongqing", "重庆"),
    Region("sichuan", "四川"),
    Region("guizhou", "贵州"),
    Region("yunnan", "云南"),
    Region("tibet", "西藏"),
    Region("shaanxi", "陕西"),
    Region("gansu", "甘肃"),
    Region("qinghai", "青海"),
    Region("ningxia", "宁夏"),
    Region("xinjiang", "新疆"),
    Region("xpcc", "新疆生产建设兵团"),
)

LOCAL = Shelf("everyone", "地方专区", "list")
LOCAL_CHANNELS: tuple[Service, ...] = tuple(
    LOCAL.item(
        f"{region.code}-channels",
        region.channels[0].name,
        f"{region.name}的医保由当地网厅办理，这里写着当地的官方渠道。",
        aliases=" ".join(
            dict.fromkeys([f"{region.name}医保", *(one.name.split("（")[0] for one in region.channels[1:])])
        ),
        url=REGION,
    )
    for region in REGIONS
    if region.channels
)
"""The channels that texts name, so that a search for one finds the page of its region."""
