"""Pages that have something else where their article should be, and articles that do not."""

from __future__ import annotations

import gzip
import json
import os
from html import escape
from pathlib import Path

import pytest

from monitor.articles.page import read_page
from monitor.errors import PageError
from monitor.messages.pages import walled
from monitor.model.article import Wall

BEGINNING = (
    "The harbour board met behind closed doors on Monday to discuss the missing invoices.",
    "Its chair, Ines Okafor, left without a word to the reporters who had waited in the rain.",
)
LONG = tuple(f"{number}. {sentence}" for number in range(12) for sentence in BEGINNING)


def page(
    *paragraphs: str,
    head: str = "",
    after: str = "",
    title: str = "Invoices missing",
    lang: str = "",
) -> str:
    body = "".join(f"<p>{escape(each)}</p>" for each in paragraphs)
    return (
        f"<html lang='{lang or 'en'}'><head><title>{title}</title>{head}</head><body>"
        "<header><nav><a href='/'>Home</a> <a href='/login'>Subscribe</a></nav></header>"
        f"<main><article><h1>{title}</h1>{body}{after}</article></main>"
        "<footer><p>Cookie policy. Privacy policy. Subscribe to read the paper.</p></footer>"
        "</body></html>"
    )


def json_ld(**said: object) -> str:
    said = {"@type": "NewsArticle", "headline": "Invoices missing", **said}
    return f"<script type='application/ld+json'>{json.dumps(said)}</script>"


def wall_of(html: str) -> str | None:
    """What a reading says, whether it kept something or not."""
    try:
        return read_page(html, url="https://news.example/a").note
    except PageError as error:
        return error.what


# --- consent --------------------------------------------------------------------------------

CONSENT = {
    "en": (
        "We and our 842 partners store and access information on your device, such as cookies.",
        "With your consent we may measure adverts and learn about the people who saw them.",
        "You can change your choices at any time in our privacy policy. Accept all or reject all.",
    ),
    "en, of a radio": (
        "Cookie Consent and Choices",
        "Our sites use cookies, similar tracking technologies, and information about the device "
        "you use to enhance your viewing and listening and to pay for what we make.",
        "By choosing Agree and Continue below, you agree to this. You may customise your choices.",
    ),
    "de": (
        "Wir und unsere bis zu 215 Partner verarbeiten Daten auf einem Gerät mit Ihrer Zustimmung.",
        "Sie können Ihre Einwilligung jederzeit widerrufen, unten auf jeder Seite.",
        "Mit Werbung weiterlesen: Alle akzeptieren. Oder ohne Werbung mit dem Pur-Abo für 4 Euro.",
    ),
    "fr": (
        "Nous et nos 311 partenaires stockons des informations sur votre appareil.",
        "Vous pouvez retirer votre consentement ou modifier vos choix à tout moment.",
        "Tout accepter. Continuer sans accepter. Politique de confidentialité.",
    ),
    "es": (
        "Nosotros y nuestros 190 socios almacenamos información en un dispositivo.",
        "Puede retirar su consentimiento en la política de privacidad cuando quiera.",
        "Aceptar todo o rechazar todo, y gestionar las cookies.",
    ),
    "it": (
        "Noi e i nostri 95 partner archiviamo informazioni su un dispositivo.",
        "Puoi revocare il tuo consenso quando vuoi, secondo l'informativa sulla privacy.",
        "Accetta tutto, oppure continua senza accettare.",
    ),
    "nl": (
        "Wij en onze 120 partners slaan gegevens op een apparaat op.",
        "Je kunt jouw toestemming op elk moment intrekken via de privacyinstellingen.",
        "Akkoord? Alles accepteren, of lees eerst ons cookiebeleid.",
    ),
    "pl": (
        "My i nasi zaufani partnerzy przechowujemy informacje na urządzeniu.",
        "Potrzebna jest twoja zgoda. Szczegóły znajdziesz w polityce prywatności.",
        "Akceptuję i przechodzę do serwisu.",
    ),
    "pt": (
        "Nós e os nossos 80 parceiros guardamos informações num dispositivo.",
        "Utilizamos cookies. Pode retirar o seu consentimento na política de privacidade.",
        "Aceitar tudo ou rejeitar.",
    ),
    "sv": (
        "Vi och våra partner lagrar uppgifter på din enhet.",
        "Du kan ta tillbaka ditt samtycke när som helst. Dina val sparas i ett år.",
        "Godkänn alla eller neka alla.",
    ),
}


@pytest.mark.parametrize("language", CONSENT)
@pytest.mark.parametrize("inside", ["", " id='consent-dialog' class='cmp cookie'"])
def test_a_question_for_consent_is_no_article(language: str, inside: str) -> None:
    body = "".join(f"<p>{each}</p>" for each in CONSENT[language])
    html = f"<html><head><title>News</title></head><body><div{inside}>{body}</div></body></html>"
    with pytest.raises(PageError, match="the page asks for consent first"):
        read_page(html, url=None)


def test_an_article_before_its_question_for_consent_is_read() -> None:
    text = read_page(page(*LONG, *CONSENT["en"]), url=None).text
    assert LONG[0] in text


def test_a_report_about_consent_is_read() -> None:
    report = (
        "The regulator fined three publishers for storing cookies without the consent of readers.",
        "It said that their partners had read the devices of millions of users without asking.",
        "“We and our partners respect privacy”, one of the publishers replied on Monday.",
        "Banners that make it easy to accept all cookies and hard to reject all are unlawful.",
        "The court in Luxembourg will decide next year whether a legitimate interest suffices.",
    )
    assert wall_of(page(*report)) is None


# --- payment --------------------------------------------------------------------------------

PROMPTS = (
    "To continue reading, subscribe for one pound a week.",
    "This article is for subscribers only.",
    "Subscribe now to read the whole of it, or log in.",
    "Jetzt weiterlesen mit unserem Abo: einen Monat für einen Euro.",
    "Dieser Inhalt ist nur für Abonnenten.",
    "Il vous reste 82 % de cet article à lire. La suite est réservée aux abonnés.",
    "Para seguir leyendo, suscríbete por un euro.",
    "Per continuare a leggere abbonati a un euro al mese.",
    "Om verder te lezen heb je een abonnement nodig.",
    "Aby czytać dalej, wykup prenumeratę.",
    "För att läsa vidare behöver du ett konto.",
    "Jatka lukemista tilaajana.",
    "Článek je jen pro předplatitele.",
    "Чтобы дочитать, оформите подписку.",
)


@pytest.mark.parametrize("prompt", PROMPTS)
def test_the_beginning_before_a_till_is_kept_and_called_so(prompt: str) -> None:
    till = f"<div class='box'><h3>{prompt}</h3><a href='/buy'>OK</a></div>"
    read = read_page(page(*BEGINNING, after=till), url=None)
    assert read.note == "the page is behind a paywall"
    assert "Ines Okafor" in read.text


@pytest.mark.parametrize("said", [False, "False", "false", "http://schema.org/False"])
def test_a_page_that_says_itself_that_it_is_to_be_paid_for(said: object) -> None:
    assert wall_of(page(*BEGINNING, head=json_ld(isAccessibleForFree=said))) == walled(Wall.PAYWALL)
    microdata = f"<meta itemprop='isAccessibleForFree' content='{said}'>"
    assert wall_of(page(*BEGINNING, after=microdata)) == walled(Wall.PAYWALL)


def test_what_is_to_be_paid_for_but_delivered_is_whole() -> None:
    part = {"@type": "WebPageElement", "isAccessibleForFree": "False", "cssSelector": ".paid"}
    head = json_ld(isAccessibleForFree=False, hasPart=[part])
    paid = "".join(f"<p>{each}</p>" for each in LONG[:4])
    whole = page(*BEGINNING, head=head, after=f"<div class='body paid'>{paid}</div>")
    assert wall_of(whole) is None
    assert wall_of(page(*BEGINNING, head=head)) == walled(Wall.PAYWALL)
    assert wall_of(page(*BEGINNING, head=head, after="<div class='paid'>Pay!</div>")) == walled(
        Wall.PAYWALL
    )
    # Without a word on which part it is, the length decides.
    assert wall_of(page(*LONG, head=json_ld(isAccessibleForFree=False))) is None


def test_a_paywall_without_even_a_beginning() -> None:
    with pytest.raises(PageError, match="the page is behind a paywall"):
        read_page(page(head=json_ld(isAccessibleForFree=False)), url=None)


@pytest.mark.parametrize(
    "around",
    [
        "<p>Already a subscriber? <a href='/login'>Log in</a></p>",
        "<p>Subscribe to our newsletter for more stories like this one.</p>",
        "<ul><li><a href='/x'>For subscribers only</a> Other news</li></ul>",
        "<div class='teaser'><a href='/x'><span>Réservé aux abonnés</span> Autre chose</a></div>",
        "<div style='display: none'><p>To continue reading, subscribe.</p></div>",
        "<div hidden><p>To continue reading, subscribe.</p></div>",
        "<template><p>To continue reading, subscribe.</p></template>",
        "<script>var prompt = 'To continue reading, subscribe.'</script>",
    ],
)
def test_a_brief_article_beside_an_offer_is_whole(around: str) -> None:
    assert wall_of(page(*BEGINNING, after=around)) is None
    free = json_ld(isAccessibleForFree=True)
    assert wall_of(page(*BEGINNING, head=free, after=around)) is None


def test_a_long_article_is_whole_whatever_it_says() -> None:
    assert wall_of(page(*LONG, after="<p>To continue reading, subscribe.</p>")) is None


# --- shells and questions ---------------------------------------------------------------------

SHELLS = (
    "<div id='root'></div><script src='/app.js'></script>",
    "<noscript>You need to enable JavaScript to run this app.</noscript><div id='root'></div>"
    "<script src='/app.js'></script>",
    "<noscript><p>Bitte aktivieren Sie JavaScript, um diese Seite zu sehen, vielen Dank.</p>"
    "</noscript><div id='app'><div class='spinner'></div></div><script src='/a.js'></script>",
    "<p>Veuillez activer JavaScript dans votre navigateur pour lire cet article.</p>",
    "<div><p>Para ver esta página es necesario JavaScript, y una versión reciente.</p></div>",
)


@pytest.mark.parametrize("shell", SHELLS)
def test_a_shell_is_no_article(shell: str) -> None:
    with pytest.raises(PageError, match="the page needs JavaScript to show its text"):
        read_page(f"<html><head><title>News</title></head><body>{shell}</body></html>", url=None)


def test_the_text_that_a_shell_carries_for_machines_is_read() -> None:
    body = "\n\n".join(LONG)
    html = f"<html><head>{json_ld(articleBody=body)}</head><body>{SHELLS[0]}</body></html>"
    assert "Ines Okafor" in read_page(html, url=None).text
    paid = page(*BEGINNING, head=json_ld(isAccessibleForFree=False, articleBody=f"<p>{body}</p>"))
    read = read_page(paid, url=None)
    assert read.note is None
    assert "11. Its chair" in read.text
    teaser = page(*BEGINNING, head=json_ld(isAccessibleForFree=False, articleBody=BEGINNING[0]))
    assert read_page(teaser, url=None).note == walled(Wall.PAYWALL)


@pytest.mark.parametrize(
    "html",
    [
        page("Checking your browser before accessing news.example.", title="Just a moment..."),
        page("Please verify you are human by pressing the button below.", title="News"),
        page("Bitte bestätigen Sie, dass Sie kein Roboter sind.", title="News", lang="de"),
        page("Please wait while we look at your request.", after="<div class='h-captcha'></div>"),
    ],
)
def test_a_question_for_a_person_is_no_article(html: str) -> None:
    with pytest.raises(PageError, match="asks whether a person is reading it") as caught:
        read_page(html, url=None)
    assert caught.value.wall is Wall.ROBOT


@pytest.mark.parametrize(
    "paragraph",
    [
        "A minister was turned away at the security check of the airport on Monday, the police "
        "said, after a knife had been found in a bag that she said was not hers. She will be heard "
        "by a judge on Thursday, and her office would not say whether she would stay in hers.",
        "A flaw in JavaScript engines let attackers run code of their own, Volexity said; users "
        "need not disable anything, for the makers of all browsers have already sent an update "
        "that ends it. The group behind the attacks is said to work for a state in the east.",
    ],
)
def test_a_brief_article_that_speaks_of_such_things_is_read(paragraph: str) -> None:
    assert wall_of(page(paragraph, title="Brief news")) is None


@pytest.mark.skipif("MONITOR_CORPUS" not in os.environ, reason="needs the evaluation corpus")
def test_no_real_article_is_taken_for_a_wall() -> None:
    with gzip.open(Path(os.environ["MONITOR_CORPUS"]) / "pages.jsonl.gz", "rt") as lines:
        pages = [json.loads(line) for line in lines]
    walled = [each["url"] for each in pages if wall_of(each["html"])]
    # The one that really ends after two paragraphs, before its till.
    assert [url.split("/")[2] for url in walled] == ["www.wsj.com"]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("", ",}"),
        ("/*<![CDATA[*/ ", ", } /*]]>*/"),
        ("//<![CDATA[\n", "}\n//]]>"),
        ("<!-- ", "} -->"),
        ("", "};"),
    ],
)
def test_what_is_stated_for_machines_is_read_as_browsers_leave_it(before: str, after: str) -> None:
    said = "Officials named APT31, who, they said, attacked Parliament. " * 9
    script = f'{before}{{"@type": "NewsArticle", "articleBody": "{said}"{after}'
    page = (
        "<html><body><div id=root></div><noscript>You need to enable JavaScript.</noscript>"
        f'<script type="application/ld+json; charset=utf-8">{script}</script></body></html>'
    )
    assert said.strip() in read_page(page, url="https://news.example/a").text
