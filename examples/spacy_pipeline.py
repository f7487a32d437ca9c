"""spaCy: a component by name, mentions as spans and flags as categories, in two processes."""

import spacy

ANSWERS = ["Monteur was top!! maar na 3x bellen nog geen factuur", "Bel mij even terug", "nvt"]


def main() -> None:
    """Code answers in a pipeline that is written to disk and loaded again."""
    nlp = spacy.blank("nl")
    nlp.add_pipe("why_nps")
    nlp.to_disk("pipeline")
    for doc in spacy.load("pipeline").pipe(ANSWERS, n_process=2, batch_size=2):
        group = doc.spans["why_nps"]
        told = [
            (span.text, span.label_, round(share, 2))
            for span, share in zip(group, group.attrs["probabilities"], strict=True)
        ]
        print(told, [flag for flag, share in doc.cats.items() if share])


if __name__ == "__main__":
    main()
