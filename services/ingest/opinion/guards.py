"""Which wording takes an allegation back: a table, each row with its reason."""

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from shared.events.ingest import OpinionKind


class Where(StrEnum):
    """Where a guard looks from the words that allege."""

    BEFORE = "before"
    """In the few characters before them."""
    AFTER = "after"
    """In the few characters behind them."""
    CLAUSE = "clause"
    SENTENCE = "sentence"
    TEXT = "text"


@dataclass(frozen=True)
class Guard:
    """Wording beside which a rule's wording alleges nothing; empty `kinds`: whatever it alleges."""

    name: str
    where: Where
    pattern: re.Pattern[str]
    reason: str
    kinds: frozenset[OpinionKind] = frozenset()


_LAYOFF, _CUT, _ARREARS = OpinionKind.LAYOFF, OpinionKind.PAY_CUT, OpinionKind.WAGE_ARREARS
_CLOSURE, _BANKRUPT, _GATHER = OpinionKind.CLOSURE, OpinionKind.BANKRUPTCY, OpinionKind.GATHERING


def _guard(name: str, where: Where, pattern: str, reason: str, *kinds: OpinionKind) -> Guard:
    return Guard(name, where, re.compile(pattern), reason, frozenset(kinds))


GUARDS: Final = (
    _guard(
        "denial",
        Where.SENTENCE,
        "辟谣|否认|不实|谣言|造谣|假消息|子虚乌有|纯属(?:虚构|捏造|谣传)|不属实|不存在|并无此事|没有(?:的)?此事"
        "|(?:系|为|是)误(?:读|传|解)|澄清",
        "the sentence takes it back",
    ),
    _guard(
        "denial_nearby",
        Where.TEXT,
        "(?:消息|传闻|传言|说法|信息|传|报道)[^。！？\n]{0,12}(?:不实|不属实|系谣言|为谣言|是谣言|虚假|纯属)"
        "|(?:官方|公司|方)?(?:辟谣|否认)[^。！？\n]{0,12}(?:裁员|降薪|欠薪|倒闭|破产|停产|停工|传闻|跑路)",
        "another sentence of the text takes it back",
        *OpinionKind,
    ),
    _guard(
        "not",
        Where.BEFORE,
        "(?:没有|并未|未曾|从未|不会|并无|绝不|决不|不|未|无|没|免于|拒绝|反对|承诺不|零|不得|禁止|严禁|不再|不能|别)"
        "(?:再|任何|进行|有|出现|发生|主动|随意|会|被|大规模|存在|过|一人|拖|拖欠|考虑|计划)*[^，。！？；]{0,1}$",
        "a negation stands before it: 不裁员, 没有裁员, 不会降薪",
    ),
    _guard(
        "hypothetical",
        Where.BEFORE,
        "(?:如果|若|假如|一旦|倘若|万一|是否|会不会|要不要|能否|避免|防止|防范|以免|预防|减少|杜绝|警惕|担心|担忧|害怕|怕)"
        "[^，。！？；]{0,10}$",
        "nobody says that it happens",
    ),
    _guard(
        "advice",
        Where.SENTENCE,
        "(?:员|裁|薪|产|闭|工|了)怎么办|如何(?:应对|看待|维权|处理|赔偿|主张)|该如何|律师|普法|法条|劳动法规定|什么是|解读|攻略|指南|有补偿吗"
        "|需要补偿吗|怎么补偿|赔偿标准|科普|支招|教你|你愿意|你的工资|问答|测评|职场人",
        "advice and comment, not news of an enterprise",
    ),
    _guard(
        "policy",
        Where.SENTENCE,
        "补贴|稳岗返还|鼓励企业|困难企业|失业保险|援企|政策|条例|办法规定|通知要求|专项行动|根治欠薪|治理欠薪|指导意见",
        "policy speaks of layoffs in general",
        _LAYOFF,
        _CUT,
        _ARREARS,
        _CLOSURE,
    ),
    _guard(
        "industry",
        Where.SENTENCE,
        "行业(?:内)?(?:裁员|降薪|倒闭|洗牌|寒冬)|(?:裁员|倒闭|降薪|破产)潮|多家(?:公司|企业|车企|大厂)|大公司|巨头们|各大"
        "|同行(?:们)?|不少(?:公司|企业)|许多企业|全球(?:企业|公司)",
        "a comment on the trade, not on one enterprise",
        _LAYOFF,
        _CUT,
        _CLOSURE,
        _BANKRUPT,
    ),
    _guard(
        "sport",
        Where.SENTENCE,
        "球员|球队|球星|俱乐部|续约|转会|联赛|主教练|NBA|nba|CBA|cba|中超|英超|西甲|足球|篮球|世界杯|战队|电竞|选手"
        "|湖人|勇士|巴萨|夺冠|赛季|引援|薪金空间",
        "athletes and clubs: 降薪续约",
    ),
    _guard(
        "fiction",
        Where.SENTENCE,
        "电视剧|剧集|剧中|剧情|饰演|主演|大结局|小说|综艺|电影|演唱会|乐队|男团|女团|组合|歌手|剧组|番剧|动漫|票房|上映"
        "|影片|开播|角色|追剧|明星|艺人|粉丝",
        "fiction and show business",
    ),
    _guard(
        "hiring",
        Where.CLAUSE,
        "招聘|扩招|急聘|高薪诚聘|招工|招贤|诚聘|校招|招募|增加[^，。]{0,4}岗位|扩编|纳新",
        "they hire",
        _LAYOFF,
        _CUT,
        _CLOSURE,
    ),
    _guard(
        "mended",
        Where.SENTENCE,
        "复工|复产|恢复(?:生产|营业|运营|正常)|补发|结清|发放到位|已(?:全部|足额)?(?:支付|发放|发清)|追回|追讨回|讨回|成功讨|帮(?:助|忙)?[^，。]{0,8}讨"
        "|走出(?:困境|破产)|起死回生|扭亏|涨薪|加薪|重新开(?:业|张)",
        "it is over",
        _ARREARS,
        _CLOSURE,
        _CUT,
    ),
    _guard(
        "product",
        Where.BEFORE,
        "(?:[a-z]+[a-z0-9]*|手机|车型|燃油车|新款|产品|型号|系列|电动车|饮料|口味|包装)[^，。！？；]{0,3}(?:将|正式|宣布|已|或将)*$",
        "a product, not its maker, ends",
        _CLOSURE,
    ),
    _guard(
        "product_after",
        Where.AFTER,
        "^[^，。！？；]{0,4}(?:手机|车型|燃油车|产品|型号|名单)",
        "a product, not its maker, ends",
        _CLOSURE,
    ),
    _guard(
        "weather",
        Where.SENTENCE,
        "停课|台风|暴雨|高温|疫情防控要求|停电|限电|检修|春节|防疫要求|停运",
        "a stop for some days, by order or season",
        _CLOSURE,
    ),
    _guard(
        "trade_of_the_firm",
        Where.AFTER,
        "^(?:清算|重整|管理人|法|案件|审判|法庭|业务|保护|律师|债权|顾问|服务)[^，。]{0,4}(?:业务|律师|服务|领域|法|论坛|事务|法庭)",
        "bankruptcy as somebody's business",
        _BANKRUPT,
    ),
    _guard(
        "crowd",
        Where.AFTER,
        "^(?:了)?(?:[^，。]{0,4}(?:人才|资源|优势|产业|企业|高端|目光|人气|效应|区|地))",
        "gathering of talent or industry, not of staff",
        _GATHER,
    ),
    _guard(
        "past",
        Where.SENTENCE,
        "去年|前年|往年|当年|历史上|多年前|[0-9一二三四五六七八九十]{1,12}年前|那一年|上世纪",
        "long ago",
        *OpinionKind,
    ),
    _guard(
        "one_person",
        Where.SENTENCE,
        "(?:男子|女子|女员工|男员工|女职工|男生|女生|怀孕|孕期|孕妇|一名?员工|工程师|大佬|高管|本人|夫妻)"
        "[^。！？]{0,10}(?:被裁|遭裁|被优化)",
        "what one person met with",
        _LAYOFF,
    ),
    _guard(
        "family",
        Where.BEFORE,
        "(?:[^0-9一二两三四五六七八九十几数多这那哪每各]家|爸爸?|妈妈?|父亲|母亲|老公|丈夫|老婆|男友|女友)$",
        "a family or a person is ruined, as in a series: 蒋南孙家破产",
        _BANKRUPT,
    ),
    _guard(
        "person_missing",
        Where.BEFORE,
        "(?:男子|女子|女生|男生|乘客|学生|老人|孩子|儿童|游客|女孩|男孩|飞机|航班|船)[^，。！？；]{0,8}$",
        "a person, not an enterprise, is out of reach",
        _CLOSURE,
    ),
    _guard(
        "executives_pay",
        Where.BEFORE,
        "(?:ceo|总裁|高管|董事长|创始人|管理层|老板)[^，。！？；]{0,6}$",
        "those at the top cut their own pay",
        _CUT,
    ),
    _guard(
        "claw_back",
        Where.BEFORE,
        "逆向$",
        "the employer asks pay back",
        _ARREARS,
    ),
    _guard(
        "safety_record",
        Where.SENTENCE,
        "安全生产|环保督察|消防|责令(?:停产)?整改|停产整顿|停业整顿|排污|超标",
        "a stop ordered for safety or the environment",
        _CLOSURE,
    ),
)

# Who says it does not vouch for it: it counts for less.
HEDGES: Final = re.compile(
    "网传|据传|传闻|传言|听说|疑似|在传|真的假的|真假|求证实|求辟谣|未获证实|未经证实|不知是否属实|是不是快"
)
HEDGED: Final = 0.6

# Between an enterprise and the words that allege: somebody else is the subject.
OTHER_SUBJECT: Final = re.compile(
    "竞争对手|对手|同行|友商|供应商|客户|上游|下游|合作方|合作伙伴|竞品|行业|(?<![该本我其子分总])"
    "[^，。！？；、\\s该本我其子分总和与及旗下是被曝称]{2,6}(?:公司|集团|银行|学校|医院|俱乐部|剧组|球队|店)"
)
