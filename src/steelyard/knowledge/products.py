"""What kratom products are assumed to hold where a journal does not say, and which of them are 7-OH products."""

from steelyard.knowledge.model import Fact, Knowledge


def content_prior(knowledge: Knowledge, kind: str, alkaloid: str) -> Fact | None:
    """Return what is assumed of an alkaloid (`mitragynine`, `seven_oh`), in mg/g, in a `leaf`, an `extract` or a `seven_oh` product.

    None where nothing is: no source says how much 7-OH an extract holds.
    """
    if kind == "seven_oh":
        return knowledge.facts.get(f"7-hydroxymitragynine.product_{alkaloid}")
    return knowledge.facts.get(f"kratom.{kind}_{alkaloid}")


def seven_oh_by_content(knowledge: Knowledge, mitragynine: float | None, seven_oh: float | None) -> bool:
    """Tell whether a product with these contents (mg/g, None where not stated) is a 7-OH product and not kratom."""
    if seven_oh is None:
        return False
    least = knowledge.fact("warnings", "seven_oh_content").value or 0.0
    return seven_oh > mitragynine if mitragynine is not None else seven_oh >= least
