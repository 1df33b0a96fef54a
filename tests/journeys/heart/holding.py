"""From the first agreement to the second: does it hold when somebody is ill, and when the two see it differently?"""

from __future__ import annotations

from tests.journeys.heart.beginning import DOG, FAMILY, LAKE, MONTHLY, OWN_WORDS, STOCKINGS
from tests.journeys.heart.company import (
    AGREEMENT,
    ANITA,
    ESTHER,
    HOME,
    HOME_CARE,
    KARIN,
    LISA,
    MARIA,
    STAFF_AGREEMENTS,
    ULLA,
    Company,
)

TO_ESTHER = (
    "Jag kan leva mitt liv och litar på att jag lätt får hjälp när jag behöver.",
    "Jag har en överenskommelse som utgår från vad som är viktigt för mig. Där står vad jag gör, vad jag gör om jag blir "
    "sämre och vad vården gör.",
    "Det är lätt för mig att få kontakt.",
    "Jag har en fast vårdkontakt.",
    "Jag vet mitt nästa steg.",
    "Vi har bestämt nästa tid ihop.",
    "Jag kan se alla mina planer, och jag får hjälp att hålla ihop dem.",
)
TO_THE_CARE = (
    "Patienten kan leva sitt liv och får lätt hjälp när det behövs.",
    "Vi har en överenskommelse som utgår från vad som är viktigt för patienten: vad patienten gör, vad som gäller vid "
    "försämring och vad vården gör.",
    "Det är lätt för patienten att få kontakt med oss.",
    "Patienten har en fast vårdkontakt.",
    "Patienten vet nästa steg.",
    "Vi har bestämt nästa tid tillsammans med patienten.",
    "Patienten kan se alla planer, och vi hjälper till att hålla ihop dem.",
)
EASY = TO_ESTHER[2]
SCREENS = (slice(0, 3), slice(3, 5), slice(5, 7))
SEVEN, DIFFERENT = "Se och svara på de sju frågorna", "Ni ser olika på det"
AWAY = f"{LISA} är borta tills vidare. {ANITA} svarar dig i stället."
WHAT_TO_KNOW = "Esther vill bli uppringd före klockan tolv."
WHY_MARIA = "Maria arbetar på din vårdcentral, nära dig."
WEEKLY, STAIRS = "Maria ringer varje tisdag.", "Gå i trappan varje dag."


def lisa_falls_ill(all_: Company) -> None:
    """Ulla sets Lisa's absence from this moment. Esther's page says who answers now, and so does the page to ask on"""
    away = {"Tills vidare": "yes", "Vem är ersättare?": ANITA}
    look = ("Se vad patienterna kommer att läsa", away)
    ulla = all_.does(ULLA, "Hem", "Frånvaro", f"Lägg in frånvaro för {LISA}", look)
    all_.reads(ulla, "Det här läser patienterna", AWAY, "1 patient", "Inte sparat än.")
    ulla.press("Spara")
    all_.reads(ulla, "Frånvaron är sparad. Patienterna ser det, och vem som svarar.")
    esther = all_.does(ESTHER, HOME)
    all_.reads(esther, AWAY, "Ring: 031-390 06 10")
    all_.witness.keep(esther, "3-who-answers", AWAY)
    asking = ("Fråga min kontakt", "Nej, jag vill fråga något")
    all_.until(ESTHER, f"{ANITA} läser den.", HOME, *asking)


def esther_says_no_to_one_of_seven(all_: Company) -> None:
    """Esther answers the seven questions: it is not easy to get in touch. Anita has it in her list, in Lisa's place,
    answers, and Esther says that she got an answer"""
    answer(all_, ESTHER, TO_ESTHER, no=EASY)
    all_.reads(all_.hands[ESTHER], "Dina svar är sparade.", "Någon svarade nej på en fråga.", "Vården har inte svarat.")
    anita = all_.has_to_answer(ANITA, "Som ersättare", "Svarade nej på en av de sju frågorna")
    all_.reads(anita, "Varför det är här", f"Ligger hos {ANITA}.")
    anita.press("Skicka svaret", {"Ditt svar": "Du får mitt nummer. Du når mig varje dag före tolv."})
    esther = all_.until(ESTHER, "Läs svaret", "Mina frågor")
    all_.reads(esther, "Något ni har kommit överens om fungerar inte som det ska.")
    esther.press("Läs svaret")
    all_.reads(esther, "Du når mig varje dag före tolv.", "Fick du svar?")
    esther.press("Ja")
    all_.reads(all_.agreement(ESTHER), "Ses över igen", "Det ni sa ja till gäller under tiden.")


def lisa_comes_back_and_sees_it_differently(all_: Company) -> None:
    """Lisa is back and answers yes to all seven; both pages show where the two see it differently"""
    all_.does(ULLA, "Hem", "Frånvaro", "Tillbaka nu")
    all_.reads(all_.does(ESTHER, HOME), f"{LISA} svarar dig i dag.")
    answer(all_, LISA, TO_THE_CARE)
    lisas = f"{TO_THE_CARE[2]} {ESTHER} Nej Vården Ja Jämfört {DIFFERENT}"
    esthers = f"{EASY} Jag Nej Vården Ja Jämfört {DIFFERENT}"
    for hand, row in ((all_.hands[LISA], lisas), (all_.agreement(ESTHER, SEVEN), esthers)):
        all_.reads(hand, "Det ni har svarat", row, "Prata om det ni ser olika på.")
        assert hand.text().count(DIFFERENT) == 1
    esther = all_.hands[ESTHER]
    all_.witness.keep(esther, "4-seen-differently", DIFFERENT)


def maria_takes_over(all_: Company) -> None:
    """Esther is well enough for the health centre: Ulla lets Maria there take over, with what Lisa wants her to know"""
    ulla = all_.does(ULLA, "Personer", ("Sök", {"Sök en person": ESTHER}), ESTHER)
    ulla.press("Öppna en överenskommelse")
    ulla.press("Välj vem som svarar")
    all_.reads(ulla, f"Kontakt nu: {LISA}")
    takes_over = {"Välj någon": MARIA, "Hur?": "Ta över som kontakt", "Vad nästa kontakt behöver veta": WHAT_TO_KNOW}
    ulla.press("Spara", {**takes_over, "Varför, så som patienten läser det": WHY_MARIA})
    all_.reads(ulla, "Sparat. Från och med nu finns det någon som svarar patienten.")
    all_.reads(all_.does(ESTHER, HOME), f"{MARIA} svarar dig i dag.", WHY_MARIA)
    all_.reads(all_.agreement(ESTHER), WHY_MARIA, "Den fasta vårdkontakten. Ändrat: Maria Ek", f"Förut: {LISA}")
    all_.reads(
        all_.does(MARIA, STAFF_AGREEMENTS, ESTHER),
        DOG,
        WHAT_TO_KNOW,
        "Den som svarar nu",
        MARIA,
        HOME_CARE,
        "1 svar är nej",
        TO_THE_CARE[2],
    )
    all_.reads_not(all_.hands[MARIA], f"Fast vårdkontakt: {LISA}")
    all_.reads(all_.agreement(MARIA), DOG, MONTHLY, WHAT_TO_KNOW)


def they_write_a_second_version(all_: Company) -> None:
    """Maria changes what the care does, Esther adds a goal and takes away what her family did: each reads in plain words
    what is new, changed and gone"""
    all_.agreement(MARIA, f"Ändra – {MONTHLY}", ("Spara", {OWN_WORDS: WEEKLY}))
    all_.agreement(ESTHER, "Lägg till – Dit vill vi nå", ("Spara", {OWN_WORDS: STAIRS}))
    esther = all_.agreement(ESTHER, f"Ändra – {FAMILY}", ("Spara", {OWN_WORDS: ""}))
    all_.reads(esther, "Borttaget. Ni ser det båda nu.")
    for hand in (esther, all_.agreement(MARIA), all_.agreement(KARIN)):
        all_.reads(
            hand,
            "Vad som är ändrat sedan ni sa ja",
            f"Dit vill vi nå. Nytt: {STAIRS}",
            f"Ändrat: Det här gör vården: {WEEKLY} Förut: Det här gör vården: {MONTHLY}",
            f"Borta: Det här gör {'min familj' if hand is esther else 'familjen'}: {FAMILY}",
            "Den fasta vårdkontakten. Ändrat: Maria Ek",
        )
    all_.witness.keep(esther, "5-what-has-changed", f"Borta: Det här gör min familj: {FAMILY}")


def both_say_yes_again(all_: Company) -> None:
    """Esther says yes herself, then Maria: the second version is in force and the first can still be read"""
    all_.reads(all_.agreement(ESTHER, "Jag säger ja"), "Ditt ja är sparat.")
    maria = all_.agreement(MARIA, "Jag säger ja")
    all_.reads(maria, "Ni har båda sagt ja. Överenskommelsen gäller från nu.")
    esther = all_.agreement(ESTHER, "Jämför versioner")
    all_.reads(esther, "Från version 1 till version 2", f"Nytt: {STAIRS}", f"Borta: Det här gör min familj: {FAMILY}")
    paper = all_.agreement(ESTHER, "Stor text, att skriva ut")
    all_.reads(paper, "Version 2.", WEEKLY, LAKE, STAIRS, STOCKINGS, MARIA)
    all_.reads_not(paper, MONTHLY, FAMILY)
    paper.press("Tillbaka")


def there_is_a_receipt(all_: Company) -> None:
    """Both answer the seven once more, all yes; Maria takes the copy for the record; both have their receipt"""
    answer(all_, ESTHER, TO_ESTHER)
    answer(all_, MARIA, TO_THE_CARE)
    maria = all_.hands[MARIA]
    all_.reads(maria, "Ni får ett kvitto när båda svarar ja och det står i journalen.")
    all_.reads_not(maria, DIFFERENT)
    maria.press("Kopia till journalen")
    copy = maria.page.get_by_label("Texten").input_value()
    for words in (f"Patient: {ESTHER}", "Version 2, gäller sedan", WEEKLY, STOCKINGS, MARIA):
        assert words in copy, copy
    maria.press("Det står i journalen")
    all_.reads(maria, "Sparat. Nu syns det att texten står i journalen.")
    esther = all_.agreement(ESTHER, SEVEN)
    all_.reads(esther, "Ni har ett kvitto", "Båda svarar ja, och det står i journalen.")
    all_.witness.keep(esther, "6-receipt", "Ni har ett kvitto")
    all_.reads(all_.does(ESTHER, AGREEMENT), "Båda har sagt ja")


def answer(all_: Company, name: str, asked: tuple[str, ...], no: str = "") -> None:
    """Answer yes to all seven but one, three on a screen."""
    hand = all_.agreement(name, SEVEN)
    hand.press("Svara på frågorna" if hand.sees("Det tar några minuter.") else "Svara på nytt")
    for screen in SCREENS:
        answers = {question: "Nej" if question == no else "Ja" for question in asked[screen]}
        hand.press("Spara mina svar" if screen is SCREENS[-1] else "Spara och fortsätt", answers)


ACTS = (
    lisa_falls_ill,
    esther_says_no_to_one_of_seven,
    lisa_comes_back_and_sees_it_differently,
    maria_takes_over,
    they_write_a_second_version,
    both_say_yes_again,
    there_is_a_receipt,
)
"""In order; each acts on what the ones before have left."""
