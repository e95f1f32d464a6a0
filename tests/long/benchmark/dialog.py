"""The recorded dialog that everybody plays: twelve questions of three options, one red flag among them, an ending.

Standard library only, as each peer reads it in an environment of its own.
"""

QUESTIONS = [
    "How long has this been going on?",
    "How often does it happen?",
    "How much is it, compared with a usual day?",
    "Does it come at a certain time?",
    "Does anything make it better?",
    "Does anything make it worse?",
    "How is your sleep?",
    "How is your appetite?",
    "Have you had this before?",
    "Are you taking anything for it?",
    "Has anybody looked at it?",
    "How strong is it right now?",
]
OPTIONS = ["Not at all", "Somewhat", "Very much"]
FLAG = (len(QUESTIONS) - 1, 2)  # the red flag: the last option of the last question
HELP = "Please call for help now, or go to the nearest emergency department."
ENDING = "Thank you. From your answers, this can be looked after at home for now. Start again if anything changes."
STEPS = len(QUESTIONS)


def taps(chat: int) -> list[int]:
    """What the person of *chat* taps, as it was recorded: every tenth comes to the red flag."""
    answers = [(chat * 7 + step * step) % 3 for step in range(STEPS - 1)]
    return [*answers, 2 if chat % 10 == 0 else chat % 2]


def said(step: int, option: int) -> str:
    """What the bot says after the answer *option* to the question *step*."""
    if (step, option) == FLAG:
        return HELP
    return QUESTIONS[step + 1] if step + 1 < STEPS else ENDING
