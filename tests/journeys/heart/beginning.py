"""From the first meeting until both have said yes."""

from __future__ import annotations

from datetime import datetime
from urllib.parse import urlsplit

from shared.i18n.words import day_clock
from shared.time import to_instant
from tests.journeys.heart.company import (
    ADMIN_NUMBER,
    AGREEMENT,
    ANITA,
    ESTHER,
    HOME,
    HOME_CARE,
    KARIN,
    LISA,
    MARIA,
    MEDICINE,
    PRIMARY,
    ULLA,
    Company,
)

ESTHERS_NUMBER = "19500614-2524"
DOG, LAKE, WEIGHS, SONG = (
    "Att orka gå ut med hunden.",
    "Gå runt sjön till sommaren.",
    "Jag väger mig varje morgon.",
    "Jag sjunger i kören igen.",
)
FAMILY, MONTHLY = "Karin handlar varje lördag.", "Lisa ringer en gång i månaden."
STOCKINGS, TEST = "Hjälp med stödstrumpor på morgonen", "Blodprov på vårdcentralen"
OWN_WORDS = "Med dina egna ord"
MAY = (
    "Se min överenskommelse",
    "Godkänna min överenskommelse åt mig",
    "Se min plan",
    "Se mina nästa tider",
    "Få påminnelser när jag inte har svarat",
)


def everybody_is_registered(all_: Company) -> None:
    """Ulla, the admin, writes down three nurses and Esther, and gives the nurses their roles"""
    all_.comes(ULLA, ADMIN_NUMBER)
    for number, (name, unit) in enumerate(((LISA, MEDICINE), (ANITA, MEDICINE), (MARIA, PRIMARY))):
        _is_added(all_, name, "Personal", f"TSTNMT0000000000-P40{number}")
        hand = all_.hands[ULLA]
        hand.press("Spara rollerna", {f"Det här är personen på {unit}": "Sjuksköterska"})
        all_.reads(hand, "Rollerna är sparade. De gäller genast, överallt.")
    _is_added(all_, ESTHER, "Patient", ESTHERS_NUMBER)
    for name in (LISA, ANITA, MARIA, ESTHER):
        all_.comes(name, all_.ids[name])


def _is_added(all_: Company, name: str, kind: str, number: str) -> None:
    fields = {
        "Vem är det?": kind,
        "Personnummer, eller numret i personalregistret": number,
        "Namn": name,
        "E-post": f"{name.lower().replace(' ', '.')}@example.se".replace("ö", "o"),
    }
    hand = all_.does(ULLA, "Personer", "Lägg till en person", ("Spara", fields))
    all_.reads(hand, "Sparat. Det gäller från och med nu.", name)
    all_.ids[name] = urlsplit(hand.address).path.rsplit("/", 1)[-1]


def esther_says_yes_to_working_this_way(all_: Company) -> None:
    """Esther reads what an agreement is and starts one at the clinic; Ulla lets Lisa be her named contact"""
    esther = all_.does(ESTHER, HOME)
    all_.reads(esther, "Du har ingen överenskommelse än. Du kan börja på en.")
    esther.press("Börja på din överenskommelse")
    all_.reads(esther, "I den skriver du vad som är viktigt för dig.", "Du får en fast vårdkontakt")
    esther.press("Börja", {"Var får du din vård?": MEDICINE})
    all_.reads(esther, "Din överenskommelse är startad. Börja med vad som är viktigt för dig.")
    ulla = all_.does(ULLA, "Hem", "Patienter som ingen svarar för")
    all_.reads(ulla, ESTHER, "Ingen är utsedd.")
    ulla.press(f"Välj någon för {ESTHER}")
    ulla.press("Spara", {"Välj någon": LISA})
    all_.reads(ulla, "Sparat. Från och med nu finns det någon som svarar patienten.")
    all_.reads(all_.does(ESTHER, HOME), f"{LISA} svarar dig i dag.", "Ring: 031-390 06 10")


def they_write_together(all_: Company) -> None:
    """Esther writes what matters, a goal, and what she and her family do; Lisa what they chose and what the care does"""
    esther = all_.does(ESTHER, HOME, "Se vad som är kvar att skriva")
    all_.reads(esther, "Innan du kan säga ja", "Du skriver vad som är viktigt för dig.")
    all_.agreement(ESTHER, "Skriv – Vad som är viktigt för mig", ("Spara", {OWN_WORDS: DOG}))
    all_.agreement(ESTHER, "Skriv – Hur mina dagar ser ut", ("Spara", {OWN_WORDS: "Jag bor ensam på tredje våningen."}))
    goal = {OWN_WORDS: LAKE, "Till vilken dag?": all_.in_days(200)}
    all_.agreement(ESTHER, "Lägg till – Dit vill vi nå", ("Spara", goal))
    for words, who in ((WEIGHS, "Jag"), (FAMILY, "Min familj")):
        all_.agreement(ESTHER, "Lägg till – Det här gör jag", ("Spara", {OWN_WORDS: words, "Vem gör det?": who}))
    private = {OWN_WORDS: SONG, "Vem gör det?": "Jag", "Ingen som hjälper mig ser det här": "yes"}
    all_.agreement(ESTHER, "Lägg till – Det här gör jag", ("Spara", private))
    lisa = all_.agreement(LISA)
    all_.reads(lisa, DOG, LAKE, WEIGHS, FAMILY, "Det här gör patienten")
    chosen = {"Vad ni har pratat om": "Esther kan komma hit eller ha samtal hemifrån. Hon vill komma hit."}
    all_.agreement(LISA, "Skriv – Det vi har pratat om och valt", ("Spara", chosen))
    all_.agreement(LISA, "Lägg till – Det här gör vården", ("Spara", {OWN_WORDS: MONTHLY}))
    watch = {"Vad du håller koll på, och vad du gör då": "Om benen svullnar ringer jag Lisa."}
    all_.agreement(LISA, "Skriv – Det patienten håller koll på, och gör då", ("Spara", watch))
    all_.reads(all_.agreement(ESTHER), MONTHLY, "Hon vill komma hit.", "Om benen svullnar ringer jag Lisa.")


def they_agree_on_a_time(all_: Company) -> None:
    """Lisa suggests a morning, Esther would rather have an afternoon, Lisa says yes: it is booked"""
    early, later = all_.in_days(7), all_.in_days(9)
    lisa = all_.agreement(LISA, "Föreslå en tid", ("Föreslå den här tiden", {"Dag": early, "Tid": "08:00"}))
    all_.reads(lisa, "Ditt förslag är sparat. Nu väntar det på ett ja från den andra sidan.")
    esther = all_.does(ESTHER, HOME)
    all_.reads(esther, f"Din kontakt föreslår {_moment(all_, early, '08:00')}.")
    esther.press("Se och svara")
    esther.press("Föreslå den här tiden", {"Dag": later, "Tid": "13:30"})
    all_.reads(esther, "Du har föreslagit den här tiden. Du ser svaret här.")
    lisa = all_.agreement(LISA, "Se eller ändra tiden")
    all_.reads(lisa, f"Förslag: {_moment(all_, later, '13:30')}.")
    lisa.press("Ja, den tiden är bra")
    all_.reads(lisa, "Ni är överens om tiden. Den står nu på sidan hos er båda.")
    agreed = "Du får påminnelser när du och vården har sagt ja till överenskommelsen."
    all_.reads(all_.does(ESTHER, HOME), _moment(all_, later, "13:30"), "Ett besök", agreed)


def _moment(all_: Company, day: str, clock: str) -> str:
    local = datetime.fromisoformat(f"{day}T{clock}")
    return day_clock(to_instant(local, "Europe/Stockholm"), "sv", now=all_.stage.now())


def they_plan_with_the_municipality(all_: Company) -> None:
    """Lisa writes in the plan what the health centre and the municipality do, and who holds it together; Esther shares
    the municipality's part with it"""
    home_care = {
        "Vad?": STOCKINGS,
        "Vem är ansvarig?": "Kommunen",
        "Namn, om du vet det": HOME_CARE,
        "Hur man når dem": "031-390 06 30",
        "Vilken sort?": "Socialtjänst",
    }
    test = {
        "Vad?": TEST,
        "Vem är ansvarig?": "Vården",
        "Namn, om du vet det": PRIMARY,
        "Vilken sort?": "Prov",
        "Dag, om det har en": all_.in_days(14),
    }
    lisa = all_.agreement(LISA, "Se hela planen", ("Lägg till", home_care), ("Lägg till", test))
    all_.reads(lisa, "Flera delar på den här planen, och ingen har det samlade ansvaret.")
    lead = {"Vilken av dem?": "Vården", "Namn eller roll": LISA, "Hur når patienten dem?": "031-390 06 10"}
    lisa.press("Spara", lead)
    all_.reads(lisa, f"Samlat ansvar: {LISA}.", "De har inte sagt ja till det här ännu.")
    all_.reads_not(lisa, "ingen har det samlade ansvaret")
    for _ in (HOME_CARE, PRIMARY):
        lisa.press("De har sagt ja")
    all_.reads_not(lisa, "De har inte sagt ja till det här ännu.")
    _shares(all_)


def _shares(all_: Company) -> None:
    ways = ("Familj och andra", "Det här har jag sagt ja till", ("Ja, visa min plan", {"Vem är det?": HOME_CARE}))
    esther = all_.does(ESTHER, HOME, *ways)
    all_.reads(esther, HOME_CARE)
    what = {"Vilken del?": STOCKINGS, "Med vem?": "Kommunen", "Vem där?": HOME_CARE}
    lisa = all_.agreement(LISA, "Se hela planen", "Vilka planen delas med", ("Dela", what))
    all_.reads(lisa, "Sparat. De ser den här delen av planen.", f"{HOME_CARE}. Kommunen.")
    esther = all_.agreement(ESTHER, "Se hela planen")
    all_.reads(
        esther, STOCKINGS, f"Ansvarig: {HOME_CARE}. Kommunen.", TEST, f"Ansvarig: {PRIMARY}.", "Nå dem: 031-390 06 30"
    )
    all_.witness.keep(esther, "1-plan", STOCKINGS)


def karin_is_let_help(all_: Company) -> None:
    """Esther lets her daughter read and say yes for her. Karin sees it once she has said yes, and nothing private"""
    who = {"Vad heter personen?": KARIN, "Vem är personen för dig?": "Min dotter", **dict.fromkeys(MAY, "yes")}
    who["Personens e-post"] = "karin.lund@example.se"
    esther = all_.does(ESTHER, HOME, "Familj och andra", "Bjud in någon", ("Bjud in", who))
    all_.reads(esther, KARIN, "Min dotter", "Har inte sagt ja än", *MAY)
    ulla = all_.does(ULLA, "Personer", ("Sök", {"Sök en person": KARIN}), KARIN)
    karin = all_.comes(KARIN, urlsplit(ulla.address).path.rsplit("/", 1)[-1])
    all_.reads(karin, "Du hjälper ingen här just nu.")
    karin.press("Familj och andra")
    all_.reads(karin, f"{ESTHER} låter dig göra det här. Orden är deras.", *MAY)
    karin.press(f"Ja, jag hjälper {ESTHER}")
    karin = all_.agreement(KARIN)
    all_.reads(karin, DOG, LAKE, FAMILY, MONTHLY)
    all_.reads_not(karin, SONG)


def lisa_asks_whether_she_explained_well(all_: Company) -> None:
    """Lisa asks Esther to say it in her own words, explains again what did not come through, and Esther reads that"""
    told = {
        "Vad förklarade du och frågade om?": "När Esther ska ringa.",
        "Vad sa patienten med egna ord?": "Jag ringer om benen svullnar.",
        "Hur mycket av det du förklarade gick fram?": "En del",
        "Om inte allt: hur förklarade du igen?": "Vi ritade en bild av vågen.",
    }
    lisa = all_.agreement(LISA)
    all_.reads(lisa, "Be patienten säga det med egna ord innan ni båda säger ja.")
    lisa.press("Har vi förklarat bra?")
    lisa.press("Skriv in det", told)
    all_.reads(lisa, "Sparat. Patienten ser det.")
    esther = all_.agreement(ESTHER, "Har vi förklarat bra?")
    all_.reads(esther, "Det är inget prov på dig.", "Jag ringer om benen svullnar.", "Vi ritade en bild av vågen.")


def both_say_yes(all_: Company) -> None:
    """Lisa says yes; Karin says yes for Esther; Esther reads who said yes for her and that it holds"""
    esther = all_.does(ESTHER, HOME)
    all_.reads(esther, "Din överenskommelse väntar på ditt ja")
    all_.reads(all_.agreement(LISA, "Jag säger ja"), "Ditt ja är sparat.")
    karin = all_.agreement(KARIN)
    all_.reads(karin, "Väntar på ditt ja", "Läs vad som står.")
    karin.press("Jag säger ja")
    all_.reads(karin, "Ni har båda sagt ja. Överenskommelsen gäller från nu.")
    esther = all_.does(ESTHER, AGREEMENT)
    all_.reads(esther, "Båda har sagt ja", f"{KARIN} för {ESTHER}", LISA, "Vi ser över den tillsammans senast")
    all_.witness.keep(esther, "2-yes", f"{KARIN} för {ESTHER}")
    all_.until(ESTHER, "Nästa kontakt", "Mina tider")


ACTS = (
    everybody_is_registered,
    esther_says_yes_to_working_this_way,
    they_write_together,
    they_agree_on_a_time,
    they_plan_with_the_municipality,
    karin_is_let_help,
    lisa_asks_whether_she_explained_well,
    both_say_yes,
)
"""In order; each acts on what the ones before have left."""
