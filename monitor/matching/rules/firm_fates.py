# ruff: noqa: E501 - long tables; quotes of every kind stand beside names
"""What befalls firms, and who works for them or deals with them: no word of business is needed.

"Shell in court over spill", "Amazon couriers stage protest" and "Target recalls sandals" are of the
firms; "Shell found on beach", "Amazon farmers protest" and "Target recalls his fall" are not.
"""

from __future__ import annotations

import re

from monitor.matching.text.patterns import lazy

_WITH_FIRMS_ALONE = (
    r"(?:machinists|franchisees?|franchise owners|cardholders|card holders|account ?holders|policyholders|bondholders|baristas|shareholders|moderators|ex-(?:chief|boss|ceo|executive|director|employee|worker|engineer)s?|"
    r"cabin crew|ground staff|shop floor staff|call cent(?:re|er) (?:staff|workers)|warehouse (?:staff|workers)|store (?:managers|staff|workers)|"
    r"whistle-?blower (?:to|says|said|tells|told|accuses|claims|warns|sues|wins|speaks|testifies|reveals|alleges|gets|faces))"
)
"""People whom only firms have. One whistleblower: "Protect whistleblowers, unions say"."""
_STAFF = (
    r"(?:workers|staff|employees|engineers|technicians|pilots|drivers|couriers|mechanics|pharmacists|cashiers|strikers|"
    r"programmers|developers|delivery drivers|union|unions)"
)
"""People of whom other words speak, too: visa workers, target drivers."""
_LABOUR = (
    r"(?:reject|accept|ratify|approve|vote|strike(?! (?:gold|lucky|an? |oil|deal|it|fear|out|back))|walk out|walk off|picket|down tools|unioni[sz]e|stage (?:\w+ ){0,2}(?:walkouts?|protests?|sit-ins?|strikes?)|"
    r"return to (?:work|plants?|jobs)|go on strike|win (?:pay|union|back)|demand (?:pay|union|higher|better)|threaten (?:to (?:strike|walk)|strikes?|walkouts?)|"
    r"(?:to|will|plan to|set to) (?:strike|walk out|vote|ballot|picket)|begin (?:\w+ )?strike|end (?:\w+ )?strike|sue (?:over|for)|call (?:a |off )?strike|back strike)"
)
"""What staff does about its work."""
_CUSTOMERS = r"(?:customers|users|subscribers|shoppers|clients|merchants|advertisers|suppliers|diners|viewers)"
_SERVED = (
    r"(?:left|hit|face|faced|facing|warned|offered|overcharged|charged|locked|stuck|stranded|complain|vent|report|sue|furious|angry|owed|unable|refunded|"
    r"(?:to|will|can|could|may) (?:get|receive|be|claim) (?:\w+ )?(?:refund\w*|compensat\w*|paid|cash|money|charged|hit))"
)
"""What firms' customers meet with: "Block users to stop spam" is nobody's."""
_PEOPLE = lazy(
    rf"(?:['’]s?)? (?:{_WITH_FIRMS_ALONE}\b|(?:staff|employees) (?:told|ordered|asked|offered|fear|face|facing|lose|losing|banned|allowed|sacked|fired)\b|{_STAFF} {_LABOUR}\b|{_CUSTOMERS} {_SERVED}\b)|['’]s (?:employees|{_CUSTOMERS}|shoppers|franchisees|couriers|flagship store|app)\b",
    re.IGNORECASE,
)
_PAYS_BACK = lazy(
    rf"(?: (?:is|was|has|agrees|agreed|offers|offered|promises|promised|ordered|forced|told|pledges|vows|made|to|will|must|may))+ (?:refund|compensate|reimburse|repay|pay back)s? (?:[\w,]+ ){{0,3}}?{_CUSTOMERS}\b",
    re.IGNORECASE,
)
_TALKS = lazy(
    r" (?:is |now |back |again )?in (?:(?:merger|takeover|sale|rescue|pay|buyout|funding|bailout|debt) talks\b|(?:\w+ )?talks (?:with|to (?:buy|sell|acquire|merge|raise|take over)) ?"
    r"(?:the |its |\w+ ){0,2}(?:unions?|banks?|lenders|creditors|regulators?|rivals?|investors|bidders|suppliers|landlords|stake|unit|business|capital|start-?up|\Z|[\$€£]))",
    re.IGNORECASE,
)
_BY_LETTERS = r"(?:BP|BT|IBM|HSBC|BMW|GM|UPS|SAP|AMD|RBS|TSB|EE|KFC|DHL|EDF|ING|UBS|GSK|ITV|LVMH|TSMC|BBVA|AWS|ASML|BNP|VW|AT&T|P&G|H&M|B&Q|M&S|JPMorgan|eBay|easyJet)"
_WITH_PEER = lazy(rf"(?: and| &|/) ?{_BY_LETTERS}(?= |,|['’]s\b)|, {_BY_LETTERS}(?:,| and| &) ")
"""Firms that go by their letters; others are told by `firm_cues`."""
_CAUSE = (
    r"(?:fees?|charges|bills?|pric\w+|spills?|leaks?|pollut\w+|emissions|climate|campaigners|activists|regulators?|watchdogs?|investors|shareholders|customers|consumers|users|staff|workers|"
    r"employees|unions?|tax|privacy|data|patents?|copyright|trademarks?|ads?|advert\w*|apps?|products?|recalls?|outages?|pay|wages|bonus\w*|contracts?|takeover|merger|monopoly|competition|"
    r"antitrust|pipelines?|oil|gas|plastic|waste|sales|marketing|discounts?|refunds?|suppliers?|jobs|layoffs|stores|software|algorithms?|EU|FTC|Brussels|senators|MPs|lawmakers|boycotts?|greenwashing)"
)
"""Over what firms are in trouble: people are "in court over dogs"."""
_AGAIN = r"(?:,? (?:is|was|finds itself|back|again|once again|now|to be|faces? \w+))?"
_IN_TROUBLE = lazy(
    rf"{_AGAIN} (?:in the dock|(?:back )?in court|in hot water|in the firing line|under (?:fire|investigation|antitrust scrutiny|scrutiny)|on trial|in legal battle|in tax row)"
    rf" (?:over|for|from|after|as|with|against|amid|by) [^.!?]{{0,60}}?\b{_CAUSE}\b",
    re.IGNORECASE,
)
_ACCUSED = lazy(
    r" (?:is |was |stands |again |also )?(?:accused of|cleared of|sued for|fined for|investigated (?:for|over)|probed over|admits|denies|apologi[sz]es for|under fire for|slammed for|criticised for|criticized for) (?:illegally |secretly |unfairly |systematically )?"
    r"(?:misleading|mis-?selling|price[\- ]?(?:fixing|gouging|rigging)|fixing prices|overcharging|underpaying|dodging tax|avoiding tax|tax (?:dodging|avoidance)|greenwashing|"
    r"stifling (?:rivals|competition)|abusing (?:its|market|dominan\w+|monopoly)|monopoli\w+|copying|patent|infringing|harvesting|sharing (?:\w+ )?data|selling (?:\w+ )?data|spying on (?:users|customers|staff|workers|employees)|"
    r"profiteering|union[\- ]?busting|exploiting (?:workers|staff|drivers)|polluting|collecting (?:\w+ )?data|ripping off|duping|short-?changing|firing (?:workers|staff)|failing (?:customers|users|to pay|to protect (?:users|customers|data)))\b",
    re.IGNORECASE,
)
"""Misdeeds of firms; of others people are accused as well: "Monster accused of six murders"."""
_SORRY = lazy(
    r" (?:has |is |again )*(?:apologi[sz]es|apologi[sz]ed|sorry|says sorry) (?:to|over|for|after) (?:[\w’'\-]+ ){0,3}"
    rf"(?:{_CUSTOMERS}|outages?|glitch|cancellations|ads?|adverts?|hack|data breach|breach|bug|service)\b"
    r"| (?:distances|rebrands|repositions|commits|rids) itself\b",
    re.IGNORECASE,
)
"""What firms say of themselves to those who pay; others are sorry as well."""
_SHOP = lazy(
    r" (?:store|branch|outlet|pharmacy|chemist|petrol station|filling station) (?:in|at|on|near) [A-Z]"
)
_RECALLS = lazy(
    r" (?:is |to )?recall(?:s|ing|ed)? (?!(?:his|her|their|my|how|when|being|what|the|an?)\b)(?:[\w’'%,\-]+ ){0,4}"
    r"(?:cars|vehicles|suvs|trucks|vans|toys?|cots|cribs|strollers|pushchairs|car seats|batteries|power banks|chargers|phones|laptops|sandals|shoes|slippers|pyjamas|pajamas|candles|"
    r"blenders|fryers|heaters|ovens|cookers|fridges|freezers|dishwashers|dryers|kettles|toasters|tyres|tires|airbags|bikes|scooters|helmets|lamps|lights|ladders|chairs|tables|dressers|"
    r"milk|formula|chicken|beef|pork|ham|sausages|salads?|lettuce|spinach|cheese|yogh?urts?|ice cream|chocolate|biscuits|cookies|cereals?|snacks?|nuggets|burgers|nuts|butter|soups?|rice|pasta|"
    r"tuna|salmon|pet food|dog food|cat food|drugs?|medicines?|tablets|inhalers|masks|cosmetics|shampoos?)\b(?! of\b)",
    re.IGNORECASE,
)
"""Goods: people recall, too."""
_FACES = lazy(
    r" (?:to face|faces|facing|could face|may face|hit with|hit by|braces for|escapes|avoids|loses|wins|settles|appeals|fights|challenges) (?:an? |the |its |new |fresh |more |further |another |record |\S*\d\S* |big |huge )*"
    r"(?:(?:EU|US|UK|federal|state|tax|data|privacy|patent|competition|FTC|SEC|DOJ|CMA|Brussels|legal|shareholder|investor|staff|worker|employee|customer|consumer|user|union|antitrust|monopoly|class[\- ]action) )+"
    r"(?:wrath|anger|fines?|probes?|charges?|lawsuits?|suits?|cases?|battles?|fights?|revolts?|rebellion|unrest|backlash|bills?|boycotts?|scrutiny|investigations?|inquiry|trial|action|complaints?|claims?|rulings?|walkouts?|crackdown|orders?)\b"
    r"| (?:to face|faces|facing|could face|hit with|hit by) (?:an? |new |fresh |more |another )*(?:lawsuits?|class action|delisting|break-?up|shareholders|investors)\b",
)
_TICKER = lazy(
    r" ?\((?:NYSE|NASDAQ|Nasdaq|LSE|LON|AMEX|TSX|ASX|XETRA|ETR|EPA|BME|SWX|HKG|TYO|OTC\w*)(?: ?: ?| )[A-Z0-9.]{1,7}\)| \([A-Z]{1,5}\.(?:N|O|L|PA|DE|AS|MI|TO|AX|HK|T|S|MC)\)"
)


def fate(sentence: str) -> str:
    """What befalls firms, or who is of one, right behind a name in its `sentence`; else empty.

    Args:
        sentence: the rest of the sentence, from the name's end.
    """
    for each in _ALL:
        if found := each.match(sentence):
            return found[0].strip(_AT_ENDS)
    return ""


_ALL = (
    _PEOPLE,
    _IN_TROUBLE,
    _ACCUSED,
    _PAYS_BACK,
    _SORRY,
    _SHOP,
    _TALKS,
    _WITH_PEER,
    _RECALLS,
    _FACES,
    _TICKER,
)
_AT_ENDS = " ,'’()"
