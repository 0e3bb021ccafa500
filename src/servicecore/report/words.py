"""The words of the page, in English and in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

import attrs

LANGUAGES = ("en", "zh")


class UnknownLanguageError(ValueError):
    """The page is not written in that language."""


@attrs.frozen
class Words:
    """Tells what English texts are called in the language of the page."""

    language: str

    def __attrs_post_init__(self) -> None:
        if self.language not in LANGUAGES:
            msg = f"the report is written in {', '.join(LANGUAGES)}, got {self.language!r}"
            raise UnknownLanguageError(msg)

    def __call__(self, text: str) -> str:
        """Return *text* in the language of the page; a name it does not know stays as it is."""
        return CHINESE.get(text, text) if self.language == "zh" else text

    def of(self, measure: str) -> str:
        """Return the name of a measure."""
        name = measure.removesuffix("_attainment").replace("_", " ")
        told = self(name)
        return told[:1].upper() + told[1:]


CHINESE: Mapping[str, str] = {
    # The page
    "After-sales service quality": "售后服务质量报告",
    "everything": "全部",
    "compared with": "对比",
    "Numbers": "数据",
    "No cases in this period.": "本期没有数据。",
    "no clear change": "无明显变化",
    "95 % interval": "95 % 区间",
    "none before": "无上期",
    "not told": "未填写",
    "target": "目标",
    "now": "本期",
    "before": "上期",
    "few cases": "样本不足",
    # Tiles and shares
    "Satisfied customers": "客户满意率",
    "First response in time": "首次响应及时率",
    "Resolved in time": "解决及时率",
    "Resolved at first contact": "一次解决率",
    "Reopened within 30 days": "30 天内重开率",
    "Repairs that lasted": "维修成功率",
    "Problems that came again": "问题重复率",
    "Went up a level": "升级率",
    "Complaints handled": "投诉处理率",
    "Complaints: satisfied": "投诉处理满意率",
    "Complaints handled again": "投诉再处理率",
    "Maintenance carried out": "维护完成率",
    "Upgrades released": "升级完成率",
    "Parts without stock": "缺货配件率",
    "To do": "待处理",
    # Cards
    "First response": "首次响应",
    "How long do customers wait for a person, on the clock of the promise?": (
        "按承诺时钟计，客户等待人工响应多久？"
    ),
    "P90 and P95 of fewer than 10 answers are not told.": "不足 10 次响应时不显示 P90 与 P95。",
    "day": "日",
    "week": "周",
    "month": "月",
    "quarter": "季度",
    "year": "年",
    "Kept promises": "承诺履行",
    "Which priority drifts? Bands are 95 % intervals.": "哪个等级在变化？色带为 95 % 区间。",
    "In and out": "流入与流出",
    "Do we keep up with what comes in?": "处理速度跟得上来量吗？",
    "opened": "新建",
    "resolved": "已解决",
    "to do": "待处理",
    "Age of what is to do": "待处理工单的账龄",
    "What has been lying for how long?": "哪些积压了多久？",
    "At a glance": "一览",
    "Dots are this period with its 95 % interval; hollow ones the period before.": (
        "实心点为本期及 95 % 区间，空心点为上期。"
    ),
    "Where the time goes": "时间去向",
    "Mean hours until the resolution: ours, the customer's, and on hold.": (
        "到解决为止的平均小时数：我方、客户方、挂起。"
    ),
    "ours": "我方",
    "the customer's": "客户方",
    "on hold": "挂起",
    "Open complaints": "未结投诉",
    "For which step do they wait?": "正在等待哪一步？",
    "Weak points": "薄弱环节",
    "What do customers complain of?": "客户投诉什么？",
    "Satisfaction by dimension": "各维度满意度",
    "What would customers have us improve first?": "客户希望先改进什么？",
    "Who serves": "服务人员",
    "Compare only within one priority; grey rows rest on fewer than 10 cases.": (
        "只在同一等级内比较；灰色行不足 10 件。"
    ),
    "Outlets": "网点",
    "Does each team answer and take up in time?": "各团队是否及时响应和受理？",
    # Customers
    "Customers lost": "客户流失率",
    "Contracts renewed": "合同续约率",
    "Who stays": "客户留存",
    "Share of customers still with us, by months since they came.": (
        "按成为客户后的月数，仍在的客户比例。"
    ),
    "Kaplan and Meier: those who are still there count for as long as they have been.": (
        "Kaplan–Meier 估计：仍在的客户按已有时长计入。"
    ),
    "months": "个月",
    "days": "天数",
    "still there": "在册数",
    "Retention by quarter of delivery": "按交付季度的留存率",
    "Do newer customers stay longer?": "新客户留得更久吗？",
    "At the end of the quarter, and so many quarters later.": "季度末，以及其后各季度末。",
    "delivered": "交付季度",
    "Whom we may lose": "可能流失的客户",
    "Which customers should hear from us first, and why?": "应先联系哪些客户，为什么？",
    "customer": "客户",
    "points": "分数",
    "reasons": "原因",
    "customers with fewer points:": "分数更低的客户：",
    "said to be at risk": "标记为有流失风险",
    "contract ends": "合同将到期",
    "complaint open": "投诉未结",
    "dissatisfied": "不满意",
    "silent": "长期无联系",
    "finding unsettled": "回访问题未解决",
    "promise broken": "承诺未兑现",
    "revisit missed": "回访未进行",
    # Two standards
    "Two standards side by side": "两套标准对比",
    "Hollow dots are what was; filled ones what would have been, with 95 %.": (
        "空心点为实际，实心点为假设情形及 95 % 区间。"
    ),
    "What either of them does not promise has no figure there.": "未作承诺的一方没有数值。",
    "promise": "承诺",
    "was kept": "实际履行",
    "would be kept": "假设履行",
    # What it is made of
    "Behind the figures": "指标背后的记录",
    "Which cases should somebody look into?": "哪些记录需要有人查看？",
    "failures": "未达标",
    "the cases": "列出这些记录",
    # Columns
    "person": "人员",
    "priority": "等级",
    "team": "团队",
    "in time": "及时率",
    "first contact": "一次解决",
    "reopened": "重开",
    "figure": "指标",
    "share": "比率",
    "value": "数值",
    "open": "未定",
    "answered within the standard": "按标准响应",
    "taken up within the standard": "按标准受理",
    # Clocks
    "first response": "首次响应",
    "resolution": "解决",
    "acknowledgement": "受理确认",
    "first assessment": "初步评估",
    "handling limit": "处理时限",
    "general handling": "一般案件处理",
    "complex resolution": "复杂案件解决",
    "emergency answer": "紧急案件答复",
    # Ages and steps
    "0-1 days": "0-1 天",
    "1-3 days": "1-3 天",
    "3-7 days": "3-7 天",
    "7-30 days": "7-30 天",
    "> 30 days": "超过 30 天",
    "to register": "待登记",
    "to analyse": "待分析",
    "to answer": "待答复",
    "to feed back": "待反馈",
    "to close": "待结案",
    "category": "类别",
    "product": "产品",
    "cause": "原因",
    "product quality": "产品质量",
    "service attitude": "服务态度",
    "delivery delay": "交付延迟",
    "other": "其他",
    # Footer
    "Drawn from the events up to position": "依据事件绘制，截至位置",
    "newest event": "最新事件",
    "standard": "标准",
    "calendar": "日历",
    "as of": "截至",
    "Times are working times of the clock unless they say wall.": (
        "除注明外，时间均为承诺时钟的计时。"
    ),
    "The same figures, byte for byte:": "重绘同一份报告（逐字节一致）：",
}
