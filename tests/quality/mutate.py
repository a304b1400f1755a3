"""Single-place mutations: of certificates (plain data) and of statements (terms). Deterministic."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from symcrit.kernel.statement import PROPERTIES
from tests.quality.mutate_steps import (
    SIZES,
    _change_node,
    _other,
    central,
    coefficient,
    combine_size,
    granted,
    penrose,
    reference,
    relation,
    rule_argument,
    step_drop,
    step_drop_renumbered,
    step_order,
    step_rule,
    summand,
    summand_new,
    units,
    word_letter,
    word_shape,
    word_transpose,
)

Certificate = dict[str, Any]
Change = Callable[[Certificate, Random], bool]  # changes one place; False if there is no such place

JUNK: tuple[Any, ...] = (None, True, False, -1, 0, 10**9, 10**30, 1.5, "", " ", "x", "'", "1/0", "-0", "\u0661", "A'' ",
                         [], [[]], [0], {}, {"a": 1}, ["x", "x", "x"], [-1], [None], [[], []])


def certificate_mutants(data: Certificate, rng: Random, count: int) -> Iterator[tuple[str, Certificate]]:
    """Yield `count` different mutants, the kinds in turn, each kind as often as it can be applied."""
    seen = {repr(data)}
    misses = 0
    while count and misses < 2_000:
        for kind, change in CERTIFICATE_KINDS.items():
            mutant = copy.deepcopy(data)
            if count and change(mutant, rng) and repr(mutant) not in seen:
                seen.add(repr(mutant))
                count -= 1
                yield kind, mutant
            else:
                misses += 1


# ---- everything around the steps -----------------------------------------------------------------------


def letters_list(data: Certificate, rng: Random) -> bool:
    """Drop, double, rename a further letter; or change what kind it is."""
    if not data["letters"]:
        return False
    at = rng.randrange(len(data["letters"]))
    entry = data["letters"][at]
    what = rng.randrange(4)
    if what == 0:
        del data["letters"][at]
    elif what == 1:
        data["letters"].append(copy.deepcopy(entry))
    elif entry[0] == "let" and what == 2:
        entry[1] = rng.choice(("let.other", "let.P", "let.", "A", "pinv(A)", "let.a b"))
    else:
        entry[0] = rng.choice(("inv", "let", "pinv", "1/"))
    return True


def claim_list(data: Certificate, rng: Random) -> bool:
    """Change what is said to show a claim; drop, double, exchange claims."""
    claims = data["claims"]
    at = rng.randrange(len(claims))
    what = rng.randrange(4)
    if what == 0:
        del claims[at]
    elif what == 1:
        claims.append(copy.deepcopy(claims[at]))
    elif what == 2 and len(claims) > 1:
        claims[at], claims[at - 1] = claims[at - 1], claims[at]
    else:
        claims[at][0] = _other(rng, claims[at][0], range(-1, len(data["steps"]) + 1))
    return True


def witness(data: Certificate, rng: Random) -> bool:
    """Change, drop or add a witness."""
    claims = [claim for claim in data["claims"] if len(claim) > 1]
    if not claims:
        claim = rng.choice(data["claims"])
        claim.append(copy.deepcopy(data["statement"]["nodes"][:1]))
        return True
    claim = rng.choice(claims)
    if rng.random() < 0.1:
        del claim[1]
    else:
        _change_node(claim[1], rng)
    return True


def fields(data: Certificate, rng: Random) -> bool:
    """Change the kind, version or hash; drop or add a field."""
    what = rng.randrange(6)
    if what == 0:
        data["kind"] = rng.choice(("symcrit certificat", "", None, []))
    elif what == 1:
        data["schema_version"] = rng.choice((0, 2, True, 1.0, "1", None, [1]))
    elif what == 2:
        at = rng.randrange(len(data["hash"]))
        data["hash"] = data["hash"][:at] + _other(rng, data["hash"][at], "0123456789abcdef") + data["hash"][at + 1:]
    elif what == 3:
        del data[rng.choice(sorted(data))]
    elif what == 4:
        data[rng.choice(("rests_on", "extra", "Steps"))] = []
    else:
        data["lemmas"].append(rng.choice((None, {}, [], {"kind": "symcrit certificate"})))
    return True


def junk(data: Certificate, rng: Random) -> bool:
    """Put something of another type anywhere."""
    places: list[tuple[Any, Any]] = []
    stack: list[Any] = [data]
    while stack:
        holder = stack.pop()
        for key in holder if isinstance(holder, dict) else range(len(holder)):
            places.append((holder, key))
            if isinstance(holder[key], (dict, list)):
                stack.append(holder[key])
    holder, key = rng.choice(places)
    holder[key] = copy.deepcopy(_other(rng, holder[key], JUNK))
    return True


def lemma(data: Certificate, rng: Random) -> bool:
    """Change one place of a lemma."""
    if not data["lemmas"]:
        return False
    kinds = [change for kind, change in CERTIFICATE_KINDS.items() if kind != "lemma"]
    return rng.choice(kinds)(rng.choice(data["lemmas"]), rng)


# ---- the statement inside a certificate ----------------------------------------------------------------



def statement_node(data: Certificate, rng: Random) -> bool:
    if not data["statement"]["nodes"]:
        return False
    _change_node(data["statement"]["nodes"], rng)
    return True


def statement_equation(data: Certificate, rng: Random) -> bool:
    """Change, drop, double or exchange a hypothesis, guard or claim of the statement."""
    kinds = [kind for kind in ("hypotheses", "guards", "claims") if data["statement"][kind]]
    pairs = data["statement"][rng.choice(kinds)]
    at = rng.randrange(len(pairs))
    what = rng.randrange(4)
    if what == 0:
        del pairs[at]
    elif what == 1:
        pairs.append(copy.deepcopy(rng.choice(pairs)))
    elif what == 2:
        pairs[at][0], pairs[at][1] = pairs[at][1], pairs[at][0]
    else:
        place = rng.randrange(2)
        pairs[at][place] = _other(rng, pairs[at][place], range(len(data["statement"]["nodes"])))
    return True


def hypothesis_drop(data: Certificate, rng: Random) -> bool:
    pairs = data["statement"]["hypotheses"]
    if not pairs:
        return False
    del pairs[rng.randrange(len(pairs))]
    return True


def guard_drop(data: Certificate, rng: Random) -> bool:
    pairs = data["statement"]["guards"]
    if not pairs:
        return False
    del pairs[rng.randrange(len(pairs))]
    return True


def property_change(data: Certificate, rng: Random) -> bool:
    """Drop, add or change a property."""
    declarations = [d for d in data["statement"]["declarations"] if d[1] and d[1][0] == d[1][1]]
    if not declarations:
        return False
    words = rng.choice([d for d in declarations if d[2]] or declarations)[2]
    if words and rng.random() < 0.7:
        at = rng.randrange(len(words))
        words[at:at + 1] = [] if rng.random() < 0.5 else [_other(rng, words[at], PROPERTIES)]
    else:
        words.append(rng.choice(PROPERTIES))
    return True


def declaration_change(data: Certificate, rng: Random) -> bool:
    """Change a name, a size or the order of declarations; drop or double one."""
    declarations = data["statement"]["declarations"]
    if not declarations:
        return False
    at = rng.randrange(len(declarations))
    what = rng.randrange(5)
    if what == 0:
        del declarations[at]
    elif what == 1:
        declarations.append(copy.deepcopy(declarations[at]))
    elif what == 2:
        declarations[at][0] = rng.choice(("Z9", "a b", "", "A'", *(d[0] for d in declarations)))
    elif what == 3 and declarations[at][1]:
        place = rng.randrange(2)
        declarations[at][1][place] = _other(rng, declarations[at][1][place], SIZES)
    else:
        declarations[at - 1], declarations[at] = declarations[at], declarations[at - 1]
    return True


def unknown_change(data: Certificate, rng: Random) -> bool:
    """Change the unknown of an `exists`; drop it; add one."""
    claims = data["statement"]["claims"]
    open_claims = [claim for claim in claims if len(claim) > 2]
    if not open_claims:
        rng.choice(claims).extend(["W9", "n", "n"])
        return True
    claim = rng.choice(open_claims)
    if rng.random() < 0.3:
        del claim[2:]
    else:
        place = rng.choice((2, 3, 4))
        claim[place] = _other(rng, claim[place], ("W9", "A", "n", "m", 1, 2))
    return True


STATEMENT_KINDS: dict[str, Change] = {
    "statement node": statement_node, "statement equation": statement_equation, "hypothesis dropped": hypothesis_drop,
    "guard dropped": guard_drop, "property": property_change, "declaration": declaration_change,
    "unknown": unknown_change,
}
CERTIFICATE_KINDS: dict[str, Change] = {
    "coefficient": coefficient, "word letter": word_letter, "word transpose": word_transpose, "word": word_shape,
    "scalar factor": central, "summand": summand, "summand added": summand_new, "fact reference": reference,
    "step dropped": step_drop, "step dropped, renumbered": step_drop_renumbered, "step order": step_order,
    "rule": step_rule, "granted name": granted, "penrose": penrose, "units": units, "size": combine_size,
    "relation": relation,
    "instance": rule_argument, "letters": letters_list, "claims": claim_list, "witness": witness, "fields": fields,
    "junk": junk, "junk again": junk, "lemma": lemma, **STATEMENT_KINDS,
}
