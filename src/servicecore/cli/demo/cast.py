"""Who plays: customers, products, what breaks, and the people at the desk."""

from __future__ import annotations

from typing import NamedTuple


class Fault(NamedTuple):
    """What goes wrong, why, and what helps."""

    fault: str
    finding: str
    solution: str


class Product(NamedTuple):
    """Something that was sold, with its models and its usual troubles."""

    name: str
    models: tuple[str, ...]
    faults: tuple[Fault, ...]


CUSTOMERS = (
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
CHANNELS = ("telephone", "website", "app", "official_account", "mail", "chat")
STAFF = ("李娜", "张伟", "Sofia Rossi", "刘洋", "Tom Becker", "吴桐")
TEAMS = ("east", "north", "field")

PRODUCTS = (
    Product(
        "circulation pump",
        ("P-200", "P-350"),
        (
            Fault("it leaks at the shaft", "worn mechanical seal", "seal replaced"),
            Fault("it does not start", "blown motor fuse", "fuse replaced, current measured"),
            Fault("电机异响", "轴承磨损", "更换轴承"),
        ),
    ),
    Product(
        "filling line",
        ("FL-12", "FL-24"),
        (
            Fault("the light barrier stops the belt", "dirty lens", "lens cleaned, angle set"),
            Fault("灌装量不准", "流量计漂移", "重新标定流量计"),
            Fault("error E-417 on the panel", "loose bus connector", "connector fastened"),
        ),
    ),
    Product(
        "control unit",
        ("CU-7", "CU-9"),
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
