"""An invented journal with every kind of record, and a report with a warning and an answer, for the tests of FHIR."""

from datetime import datetime, timedelta, timezone

from steelyard.findings.model import Alert, Contrast, Finding, JournalSummary, Reference, Report, Subject
from steelyard.knowledge.codes import load_codes
from steelyard.knowledge.load import load
from steelyard.records.model import (
    Answers,
    Assignment,
    Context,
    Dose,
    Journal,
    JournalHeader,
    Lab,
    Medicine,
    Person,
    Photo,
    Product,
    Rating,
    Scale,
    Session,
    SideEffect,
)

ZONE = timezone(timedelta(hours=-6))
KNOWLEDGE = load()
CODES = load_codes(KNOWLEDGE)


def at(day: int, hour: int = 8) -> datetime:
    """An hour of a day of March 2026, six hours behind UTC."""
    return datetime(2026, 3, day, hour, tzinfo=ZONE)


JOURNAL = Journal(
    JournalHeader(id="journal", format=1, zone="America/Chicago"),
    (
        Person(
            id="me",
            birth_year=1979,
            sex="female",
            weight_kg=61.5,
            pregnant=False,
            conditions=("fibromyalgia",),
            diagnoses="sciatica",
        ),
        Product(
            id="leaf", substance="kratom", kind="leaf_powder", label="green", lot="A7", mitragynine_mg_per_g=14.5, unit_g=0.5
        ),
        Product(id="tabs", substance="7-OH", kind="tablet", hydroxymitragynine_mg_per_g=60),
        Dose(id="d1", time=at(1), substance="kratom", amount=2.5, unit="g", product="leaf", note="with tea"),
        Dose(id="d2", time=at(2), substance="kratom", amount=None, unit="g", product="leaf"),
        Dose(id="d3", time=at(3), substance="kratom", amount=0.0, unit="capsule", route="tea", product="gone"),
        Rating(id="r1", time=at(1, 9), scale="pain", value=6.0, asked="prompt"),
        Rating(id="r2", time=at(1, 10), scale="jaw", value=2.0),
        Answers(id="a1", time=at(1, 11), instrument="phq9", items=(1.0, None, 0.0)),
        Session(id="s1", time=at(4), therapy="physiotherapy", minutes=45.0),
        SideEffect(id="e1", time=at(5), effect="nausea", severity=1.0, until=at(5, 12)),
        Lab(id="l1", time=at(6), test="ALT", value=52.0, unit="U/L", low=7.0, high=40.0),
        Lab(id="l2", time=at(6), test="bilirubin", value=14.0, unit="umol/L"),
        Lab(id="l3", time=at(6), test="ferritin", value=30.0, unit="drops"),
        Medicine(id="m1", name="sertraline", from_=at(1), dose="50 mg in the morning"),
        Medicine(id="m2", name="ibuprofen", from_=at(1), to=at(9)),
        Context(id="c1", time=at(7), kind="stress", value=3.0, unit="of 5"),
        Context(id="c2", time=at(7), kind="illness", value="a cold"),
        Assignment(id="x1", from_=at(1), to=at(2), condition="off", trial="t1"),
        Scale(id="jaw", family="ordinal", low=0, high=4, worse_is_up=True),
        Photo(id="p1", time=at(8), site="hand", file="hand.jpg"),
    ),
)


def _finding(name: str, about: str, p_relief: float | None) -> Finding:
    return Finding(
        id=name,
        level="person",
        question="Does kratom change pain for this person?",
        answer="It relieves by 1.2 points.",
        verdict="helps",
        certainty="very_low",
        reasons=("Few days.",),
        subject=Subject(substance="kratom", outcome="pain"),
        contrasts=(Contrast(name="peak", value=-1.2, low=-1.5, high=-0.9, unit="points", p_relief=p_relief),),
        about=about,
    )


REPORT = Report(
    format=1,
    steelyard="0.0",
    knowledge="k",
    seed=0,
    journal=JournalSummary("", None, None, 0, 0, ()),
    alerts=(
        Alert("interactions.sertraline", "caution", "Kratom and sertraline", "Why.", "Ask a pharmacist.", ("smith2020",), "C"),
    ),
    findings=(_finding("person.relief.kratom.pain", "relief", 0.98765), _finding("person.harm.kratom.pain", "harm", 0.4)),
    references=(Reference("smith2020", "Smith 2020, A study"),),
)
