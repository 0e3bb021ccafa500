"""Who plays: customers, products, what breaks, and the people at the desk."""

from __future__ import annotations

from itertools import chain, islice
from typing import NamedTuple

from ...domain.preparedness import Scenario


class Fault(NamedTuple):
    """What goes wrong, why, and what helps."""

    fault: str
    finding: str
    solution: str


class Product(NamedTuple):
    """Something that was sold, with its models and its usual troubles."""

    name: str
    models: tuple[str, ...]
    part: str
    faults: tuple[Fault, ...]


class Customer(NamedTuple):
    """A company that bought something, and whom to ask for there."""

    id: str
    name: str
    contact: str


_FIRST = (
    ("华兴精密机械", "林晓雯"),
    ("长江水务集团", "陈国强"),
    ("Björk & Søn A/S", "Åse Lindqvist"),
    ("南方食品", "黄丽华"),
    ("Acme Bottling", "Maria Okafor"),
    ("東海製作所", "佐藤健一"),
    ("Orbán Vegyipari Zrt.", "Orbán Zsófia"),
    ("西部乳业", "王建军"),
    ("Al-Noor Hospital", "نور الحسن"),
    ("晨光电子", "周敏"),
    ("Société Générale des Eaux", "Élodie Marchand"),
    ("北辰物流", "赵磊"),
)
_PLACES = (
    *("东江", "金陵", "云岭", "海河", "太湖", "秦淮", "岳麓", "雁荡", "珠江", "嘉陵"),
    *("泰山", "洞庭", "松花", "黄浦", "闽江", "赣南", "洛阳", "钱塘", "天府", "辽河"),
)
_TRADES = (
    *("机械", "水务", "食品", "电子", "化工", "纺织", "制药", "造纸", "物流", "酒业"),
    *("乳业", "印务", "玻璃", "橡胶", "钢铁", "包装", "饮料", "医院", "家具", "陶瓷"),
)
_SURNAMES = ("王", "李", "张", "刘", "陈", "杨", "赵", "黄", "周", "吴", "徐", "孙")
_GIVEN_NAMES = ("敏", "静", "磊", "洋", "艳", "勇", "杰", "娟", "涛", "明", "霞", "平")


def customers(count: int) -> list[Customer]:
    """Return so many customers, always the same; the first are well known."""
    made = (
        (f"{place}{trade}", f"{_SURNAMES[i % 12]}{_GIVEN_NAMES[(i + j) % 12]}")
        for j, trade in enumerate(_TRADES)
        for i, place in enumerate(_PLACES)
    )
    named = [*_FIRST, *made]
    more = ((f"{name} {n}", contact) for n in range(2, 1000) for name, contact in named)
    known = islice(chain(named, more), count)
    return [Customer(f"K-{n:04}", *each) for n, each in enumerate(known, start=1)]


CHANNELS = ("telephone", "website", "app", "official_account", "mail", "chat")
STAFF = ("李娜", "张伟", "Sofia Rossi", "刘洋", "Tom Becker", "吴桐")
TEAMS = ("east", "north", "field")


def part_of(product: Product) -> str:
    """Return the number of the spare part that a product needs most."""
    return f"P-{product.part.replace(' ', '-')}"


PRODUCTS = (
    Product(
        "circulation pump",
        ("P-200", "P-350"),
        "mechanical seal",
        (
            Fault("it leaks at the shaft", "worn mechanical seal", "seal replaced"),
            Fault("it does not start", "blown motor fuse", "fuse replaced, current measured"),
            Fault("电机异响", "轴承磨损", "更换轴承"),
        ),
    ),
    Product(
        "filling line",
        ("FL-12", "FL-24"),
        "light barrier",
        (
            Fault("the light barrier stops the belt", "dirty lens", "lens cleaned, angle set"),
            Fault("灌装量不准", "流量计漂移", "重新标定流量计"),
            Fault("error E-417 on the panel", "loose bus connector", "connector fastened"),
        ),
    ),
    Product(
        "control unit",
        ("CU-7", "CU-9"),
        "backup cell",
        (
            Fault("it loses its settings overnight", "empty backup cell", "cell replaced"),
            Fault("触摸屏无响应", "软件版本过旧", "升级到 4.2 版"),
            Fault("it does not reach the network", "wrong gateway", "settings corrected"),
        ),
    ),
)
REOPENINGS = ("the fault came back", "it works, but not under load", "故障再次出现")
CANCELLATIONS = ("it was not plugged in", "the customer helped himself", "客户撤回申请")
RAISED, LOWERED = "production stands still", "a replacement unit runs meanwhile"
MESSAGES = ("When will somebody come?", "请问进展如何？", "Here is a photo of the plate.")
NOTES = ("asked the factory for the drawing", "customer prefers calls before noon", "备件库存 2 件")

SUPERVISOR, MANAGER = "韩雪", "Ingrid Voss"
DEPARTMENTS = ("customer_service", "technical_support", "repair", "quality_inspection")
COMPLAINTS = {
    "service_attitude": "nobody calls back when it was promised",
    "product_quality": "the same part breaks again and again",
    "delivery_delay": "备件迟到了一周",
    "other": "the invoice names the wrong site",
}
DEMANDS = ("a call from somebody in charge", "a new part", "赔偿停机损失", "a date that holds")
SUGGESTIONS = ("send the visit's report the same day", "希望提供英文说明书", "a longer hose")
PROBLEMS = ("the filter clogs every week", "面板菜单难以理解", "it hums at half load")
QUALITY_FINDINGS = ("the seal wears out early", "油漆脱落", "the plug gets warm")
COMMENTS = ("quick and friendly", "等待时间太长", "he knew what he did", "")
LEVELS = (
    ("yellow", "the supervisor calls everybody concerned", "韩雪"),
    ("orange", "two shifts at once, and a report every two hours", "Ingrid Voss"),
    ("red", "headquarters decides, customers are called by name", "总部值班"),
)
PREVENTION: dict[Scenario | str, str] = {
    "complaint": "the list of promises is read every morning",
    "equipment_fault": "a spare unit of each product stands ready",
    "system_down": "the desk can work on paper for a day",
    "natural_disaster": "每年汛期前检查仓库",
}
UPGRADES = (
    ("control unit", "faster start", "performance", True),
    ("filling line", "a menu in Chinese", "function", True),
    ("control unit", "a newer encryption", "security", False),
)
