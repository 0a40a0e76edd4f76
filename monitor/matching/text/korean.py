# ruff: noqa: E501 - long tables
"""What Korean joins to a name: titles, particles, forms of "to be".

정영태교수가 is 정영태 with his title and a particle; 정영태화 is somebody else. Nothing but such
endings may stand between a name and the end of its word.
"""

from __future__ import annotations

from monitor.matching.text.patterns import lazy

_TITLES = (
    "전대통령|전직대통령|국무위원장|국가주석|부총리|총비서|비서장|전총리|전장관|전대표|당대표|원내대표|최고위원|비대위원장|"
    "대통령|총리|장관|차관|의원|대표|회장|부회장|사장|부사장|교수|박사|위원장|위원|총장|의장|시장|지사|"
    "대변인|후보|국장|실장|대사|이사장|이사|감독|선수|기자|목사|신부|판사|검사|변호사|원장|당선인|당선자|"
    "총재|총서기|주석|국방위원장|장군|대장|사령관|수석|비서관|본부장|팀장|작가|배우|가수|선생|여사|전하|왕|"
    "그룹|정부|당국|정권|행정부|지역|시대|식|계|씨|님|측|쪽|군|양"
)
_PARTICLES = (
    "은|는|이|가|을|를|의|에|와|과|도|만|로|으로|께서|께|에게서|에게|한테|서|부터|까지|처럼|보다|라고|이라고|"
    "라는|이라는|이란|라|란|이나|나|이며|며|마저|조차|밖에|대로|에서|하고|이랑|랑|이든|든|같은|같이"
)
_IS = "이다|다|이고|고|이었다|였다|이었나|였나|인|이자|입니다|이지만|지만|이므로|일|임|이어서|여서|이라"
_JOINED = lazy(
    rf"(?:{_TITLES})?(?:{_TITLES})?(?:들|끼리|뿐)?(?:{_PARTICLES}){{0,4}}(?:{_IS})?(?![\uac00-\ud7a3])"
)


def ends_here(text: str, end: int) -> bool:
    """True when only titles, particles and "to be" are joined to a name that ends at `end`."""
    return _JOINED.match(text, end) is not None
