# ruff: noqa: E501, RUF001 - long tables; words of languages with letters that look alike
"""What headlines in other languages than English say of a gang: "erpresst", "rivendica", "犯行声明".

The same kinds as in `headlines.py`: what only gangs do, right behind the name; and words of break-ins
and their spoils, which make a headline one of the trade.
"""

from __future__ import annotations

import re

_HELPERS = r"(?:(?:hat|haben|soll|sollen|a|ont|aurait|ha|han|hanno|avrebbe|heeft|zou|har|sägs|miał[ao]?|mieli) )?"
DOES = re.compile(
    rf"[\"'”’»)]* {_HELPERS}(?:"
    r"leg(?:t|te|ten) .{3,50} (?:lahm|plat|stil)|kündig(?:t|te|ten) .{3,50} an|réclam\w+|affirm\w+|saca a la luz|pone (?:precio|a la venta)|sequestr\w+|hat .{3,60} (?:gestellt|veröffentlicht|gestohlen|verschlüsselt|erbeutet|kopiert|lahmgelegt)|stell(?:t|te|ten) .{3,60}(?:ins|im) (?:Netz|Darknet|Internet)|zet(?:ten|te)? .{3,60}(?:online|darkweb|darknet)|"
    r"(?:(?:steckt|stecken|soll|est|serait|está|estaría|è|sarebbe|stoi|stojí|står|ligger|zit|стоит) )?(?:hinter|derrière|detrás de|dietro|za|bakom|bag|achter|за) |"
    r"erpress\w*|erbeutet\w*|veröffentlich\w+|stiehlt|stahl|gestohlen|verschlüssel\w+|bekennt sich|droht|attackier\w+|leakt|hackt\w*|"
    r"paralys\w+|frapp(?:e|é|ent)|revendiqu\w+|publi(?:e|é|ent)|exfiltr\w+|vol(?:e|é|ent)|rançonn\w+|menac\w+|s['’]attaque|cibl\w+|divulgu\w+|diffus\w+|"
    r"filtra(?:n|ron)?|filtró|filtrado|publica(?:n|ron|do|to|ram)?|publicó|publicou|ataca(?:n|ron)?|atacó|atacou|roba(?:n|ron|do)?|robó|exig(?:e|en|ió|iu)|"
    r"secuestr\w+|amenaz\w+|reivindic\w+|hackea\w*|cifra(?:n|ron)?|rivendic\w+|colpi(?:sce|scono|to)|ruba(?:no|to)?|minaccia\w*|attacca\w*|sottra\w+|esfiltra\w*|pubblica\w*|"
    r"vaz(?:a|ou|am|aram)|rouba|roubou|ameaç\w+|assume|criptograf\w+|"
    r"zaszyfrow\w+|wykrad\w+|opublikow\w+|zaatakow\w+|żąda\w*|grozi\w*|ujawni\w+|ukrad\w+|"
    r"eist|publiceert|steelt|lekt|dreigt|claimt|gijzelt|hotar|publicerar|läcker|stjäl|kräver|truer|lækker|krever|"
    r"zašifrova\w+|ukradl\w*|zveřejni\w+|vydír\w+|napad\w+|"
    r"украл\w*|похитил\w*|взломал\w*|увел[аи]?|атаку\w+|атаковал\w*|опубликовал\w*|слил\w*|требу\w+|зашифровал\w*|угрожа\w+|викра\w+|зламал\w*|"
    r"şifreledi|sızdırdı|çaldı|saldırdı"
    r")\b",
    re.IGNORECASE,
)
"""What only those do who break in, or threaten to publish."""
STRONG = re.compile(
    rf"[\"'”’»)]* {_HELPERS}(?:"
    r"erpress\w*|erbeutet\w*|verschlüssel\w+|bekennt sich|droht|attackier\w+|hackt\w*|revendiqu\w+|exfiltr\w+|rançonn\w+|"
    r"s['’]attaque|secuestr\w+|hackea\w*|cifra(?:n|ron)?|rivendic\w+|esfiltra\w*|sottra\w+|attacca\w*|criptograf\w+|"
    r"zaszyfrow\w+|wykrad\w+|gijzelt|зашифровал\w*|взломал\w*|похитил\w*"
    r")\b",
    re.IGNORECASE,
)
"""What is said of gangs, and of hardly anybody whose name is theirs and no word."""
CRIME = re.compile(
    r"\b(?:erpress\w*|klinik\w*|krankenh\w+|stadtwerke|kunden\w*|unternehmen|dienstleister|hochschule|universität|landkreis|stadtverwaltung|lösegeld\w*|daten|kommunen|rathaus\w*|dokumente?|verträge|ausweise|angriff\w*|ultimatum|veröffentlichung|datensätze|datenklau|datenabfluss|opfer|server|konzern|"
    r"rançon\w*|lycées?|hôpita\w+|mairies?|clients|entreprises?|ordinateurs|données|fuite|victimes?|sous-traitants?|serveurs?|passeports|cliniques?|bulletins|paie|contrats|voleurs|attaque|cryptomonn\w+|ultimatum|"
    r"datos|robad[oa]s?|expedientes|clientes|hospital\w*|ayuntamiento|universidad|aseguradora|empresas?|rescate|víctimas?|filtración|filtraciones|servidores|contratos|documentos|nóminas|fábricas?|sistemas|policía|clínicas?|dólares|padrón|pasaportes|passaportes|ataque|criptomon\w+|ladrones|"
    r"dati|aziend\w+|ospedal\w+|comune|università|clienti|riscatto|vittim[ae]|esfiltrat\w*|sottratt\w*|attacco|documenti|contratti|criptovalut\w+|ricatt\w+|"
    r"dados|resgate|vítimas?|vazamento\w*|servidor(?:es)?|"
    r"urz[ąę]d\w*|szpital\w*|uniwersytet\w*|klient\w*|firm\w*|dane|okupu?|ofiar\w*|wyciek\w*|serwer\w*|klinik\w*|dokument\w*|paszport\w*|atak\w*|"
    r"gegevens|losgeld|ziekenhui\w+|paspoorten|contracten|aanval|werknemers|datalek\w*|slachtoffers?|gijzelsoftware|"
    r"dataintrång\w*|attacken?|angrepet|angrebet|personuppgift\w*|lösensumma|utpressning\w*|data(?:brudd|brud)\w*|"
    r"únik\w*|nemocnic\w+|výkupné\w*|obět\w*|"
    r"взлом\w*|атак\w*|криптовалют\w*|документ\w*|утечк\w*|вымогат\w*|выкуп\w*|бирж\w*|криптобирж\w*|жертв\w*|данны\w*|сервер\w*|шифровальщик\w*|"
    r"витік|витоку|даних|жертв\w*|вимагач\w*|fidye\w*|veri(?:ler|leri|lerini)?)\b|"
    r"犯行声明|窃取|情報流出|データ流出|漏えい|漏洩|身代金|個人情報|数据泄露|資料外洩|数据|赎金|贖金|개인정보|유출|탈취|몸값",
    re.IGNORECASE,
)
"""What is told of gangs and their victims; in a headline enough beside a name that is no word."""
LISTED = re.compile(
    r"\b(?:durch|von|derrière|hinter|detrás de|dietro|bakom|par|por|da|door|av|przez|de la main de|attribuée? à|atribuido a|attribuito a) [„“«\"]*\Z",
    re.IGNORECASE,
)
"""Who did it, right before the name."""
ON_LIST = re.compile(
    r"\b(?:liste|opferliste|leak-?seite|darknet-?seite|list[ae] (?:des victimes|de víctimas|delle vittime)|página|portal|strona|stronie) "
    r"(?:von|der|de|du|di|del|della|da|van) [„“«\"]*\Z",
    re.IGNORECASE,
)
"""Where those stand who are extorted."""
