"""Pages about money: 缴费记录."""
