"""Rows of figures with their goals, and the findings of rows above a goal."""

from . import rules

# The limits of a row: headless and long sentences in percent, and vague verbs in 1,000 words.
MARKDOWN = {"headless": 0.0, "long": 1.0, "tell": 0.5}
COMMENTS = {"headless": 1.0, "long": 1.0, "tell": 0.5}


class Row:
    """The figures of one group of files."""

    def __init__(self, name, goals, sentences):
        self.name, self.goals = name, goals
        self.sentences = list(sentences)
        self.words = sum(len(sentence.split()) for _, _, sentence in self.sentences)
        self.findings = {"headless": [], "long": [], "tell": []}
        for file, line, sentence in self.sentences:
            self.apply(file, line, sentence)

    def apply(self, file, line, sentence):
        problems = {
            "headless": rules.headless(sentence, self.goals is MARKDOWN),
            "long": rules.long(sentence),
            "tell": rules.tell(sentence),
        }
        for rule, problem in problems.items():
            if problem:
                self.findings[rule].append(f"{file}:{line}: sentence {problem}: {shorten(sentence)}")

    def figures(self):
        count = max(1, len(self.sentences))
        tells = sum(len(rules.TELL.findall(sentence)) for _, _, sentence in self.sentences)
        return {
            "headless": 100 * len(self.findings["headless"]) / count,
            "long": 100 * len(self.findings["long"]) / count,
            "tell": 1000 * tells / max(1, self.words),
        }

    def failed(self):
        """The rules above their goals."""
        figures = self.figures()
        return [rule for rule, goal in self.goals.items() if figures[rule] > goal or goal and figures[rule] == goal]

    def __str__(self):
        figures = self.figures()
        return (
            f"{self.name:18} {len(self.sentences):5} sentences   headless {figures['headless']:4.1f} %"
            f"   over {rules.LONG} words {figures['long']:4.1f} %   tell/say {figures['tell']:4.2f} in 1,000 words"
        )


def shorten(sentence):
    return sentence if len(sentence) <= 120 else f"{sentence[:117]}..."
