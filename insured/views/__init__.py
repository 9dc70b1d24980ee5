"""Pages of who is covered: 待遇查询, 亲情账户, 医保卡."""
