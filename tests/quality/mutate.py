"""Single-place mutations: of certificates (plain data) and of statements (terms). Deterministic."""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

from symcrit.errors import InputError
from symcrit.kernel import terms, walk
from symcrit.kernel.statement import PROPERTIES, Claim, Declaration, Equation, Statement
from symcrit.kernel.terms import Term

Certificate = dict[str, Any]
Change = Callable[[Certificate, Random], bool]  # changes one place; False if there is no such place

JUNK: tuple[Any, ...] = (None, True, False, -1, 0, 10**9, 10**30, 1.5, "", " ", "x", "'", "1/0", "-0", "\u0661", "A'' ",
                         [], [[]], [0], {}, {"a": 1}, ["x", "x", "x"], [-1], [None], [[], []])
NUMBERS = ("0", "1", "-1", "2", "-2", "1/2", "3", "-1/3", "1000003")
SIZES = (1, 2, 3, "n", "m", "zz")


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


def _other(rng: Random, value: Any, choices: Any) -> Any:
    rest = [choice for choice in choices if choice != value]
    return rng.choice(rest) if rest else value


# ---- steps -------------------------------------------------------------------------------------------


def _steps(data: Certificate, *kinds: str) -> list[list[Any]]:
    return [step for step in data["steps"] if not kinds or step[0] in kinds]


def _summands(data: Certificate) -> list[list[Any]]:
    return [summand for step in _steps(data, "combine") for summand in step[4]]


def _polys(data: Certificate) -> list[list[Any]]:
    return [step[-1] for step in _steps(data, "square", "vanish")] + [letter[-1] for letter in data["letters"]]


def _words(data: Certificate) -> list[tuple[list[Any], int]]:
    found = [(summand, place) for summand in _summands(data) for place in (2, 4)]
    return found + [(monomial, 2) for poly in _polys(data) for monomial in poly[2]]


def _letters(data: Certificate) -> list[str]:
    known = {letter for holder, place in _words(data) for letter in holder[place].split()}
    known |= {declaration[0] for declaration in data["statement"]["declarations"] if declaration[1]}
    return sorted({form for letter in known for form in (letter, letter.rstrip("'"), letter.rstrip("'") + "'")})


def coefficient(data: Certificate, rng: Random) -> bool:
    places = [(summand, 0) for summand in _summands(data)] + [(m, 0) for poly in _polys(data) for m in poly[2]]
    places += [(step, 2) for step in _steps(data, "reciprocal")]
    if not places:
        return False
    holder, place = rng.choice(places)
    holder[place] = _other(rng, holder[place], NUMBERS)
    return True


def word_letter(data: Certificate, rng: Random) -> bool:
    places = [(holder, place) for holder, place in _words(data) if holder[place]]
    if not places:
        return False
    holder, place = rng.choice(places)
    word = holder[place].split(" ")
    at = rng.randrange(len(word))
    word[at] = _other(rng, word[at], _letters(data))
    holder[place] = " ".join(word)
    return True


def word_transpose(data: Certificate, rng: Random) -> bool:
    places = [(holder, place) for holder, place in _words(data) if holder[place]]
    if not places:
        return False
    holder, place = rng.choice(places)
    word = holder[place].split(" ")
    at = rng.randrange(len(word))
    word[at] = word[at][:-1] if word[at].endswith("'") else word[at] + "'"
    holder[place] = " ".join(word)
    return True


def word_shape(data: Certificate, rng: Random) -> bool:
    """Insert, delete, double or exchange a letter of a word."""
    places = _words(data)
    letters = _letters(data)
    if not places or not letters:
        return False
    holder, place = rng.choice(places)
    word = holder[place].split()
    what = rng.randrange(4)
    at = rng.randrange(len(word) + 1)
    if what == 0 or not word:
        word.insert(at, rng.choice(letters))
    elif what == 1:
        del word[at % len(word)]
    elif what == 2:
        word.insert(at, word[at % len(word)])
    else:
        word = word[at:] + word[:at]
    holder[place] = " ".join(word)
    return True


def central(data: Certificate, rng: Random) -> bool:
    """Change the scalar around a fact or monomial: an exponent, an atom, one more, one less."""
    places = [summand for summand in _summands(data)] + [m for poly in _polys(data) for m in poly[2]]
    if not places:
        return False
    full = [holder for holder in places if holder[1]]
    holder = rng.choice(full if full and rng.random() < 0.7 else places)
    atoms = [factor[0] for other in places for factor in other[1]]
    atoms += [["s"], ["e"], ["tr", "n"], *([["tr", "", letter] for letter in _letters(data)[:4]])]
    what = rng.randrange(4)
    if what == 0 or not holder[1]:
        holder[1].append([copy.deepcopy(rng.choice(atoms)), 1])
    elif what == 1:
        del holder[1][rng.randrange(len(holder[1]))]
    elif what == 2:
        factor = rng.choice(holder[1])
        factor[1] = _other(rng, factor[1], (0, 1, 2, 3))
    else:
        factor = rng.choice(holder[1])
        factor[0] = _other(rng, factor[0], atoms)
    return True


def summand(data: Certificate, rng: Random) -> bool:
    """Drop, double or exchange summands of a combination, or monomials of a polynomial."""
    lists = [step[4] for step in _steps(data, "combine") if step[4]] + [poly[2] for poly in _polys(data) if poly[2]]
    if not lists:
        return False
    chosen = rng.choice(lists)
    at = rng.randrange(len(chosen))
    what = rng.randrange(3)
    if what == 0:
        del chosen[at]
    elif what == 1:
        chosen.append(copy.deepcopy(chosen[at]))
    elif len(chosen) > 1:  # exchange one part of two summands
        other = (at + 1) % len(chosen)
        place = rng.randrange(len(chosen[at]))
        chosen[at][place], chosen[other][place] = chosen[other][place], chosen[at][place]
    else:
        chosen.insert(0, copy.deepcopy(chosen[at]))
    return True


def summand_new(data: Certificate, rng: Random) -> bool:
    """Add a summand that is one of some other combination, or a bare earlier fact."""
    steps = _steps(data, "combine")
    if not steps:
        return False
    step = rng.choice(steps)
    pool = _summands(data) + [["1", [], "", position, ""] for position in range(len(data["steps"]))]
    step[4].append(copy.deepcopy(rng.choice(pool)))
    return True


def reference(data: Certificate, rng: Random) -> bool:
    """Change which earlier step is used (also to a later one, the same one or none)."""
    places: list[tuple[list[Any], int]] = [(summand, 3) for summand in _summands(data)]
    for step in data["steps"]:
        places += {"transpose": [(step, 1)], "trace": [(step, 1)], "antisymmetry": [(step, 1), (step, 2)],
                   "vanish": [(step, 1)], "reciprocal": [(step, 1)]}.get(step[0], [])
        if step[0] in ("instance", "named"):
            places += [(step[5], place) for place in range(len(step[5]))]
    if not places:
        return False
    holder, place = rng.choice(places)
    holder[place] = _other(rng, holder[place], range(-1, len(data["steps"]) + 1))
    return True


def step_drop(data: Certificate, rng: Random) -> bool:
    if not data["steps"]:
        return False
    del data["steps"][rng.randrange(len(data["steps"]))]
    return True


def step_drop_renumbered(data: Certificate, rng: Random) -> bool:
    """Drop a step and lower every reference behind it: what is left is a certificate of one step less."""
    if not data["steps"]:
        return False
    gone = rng.randrange(len(data["steps"]))
    del data["steps"][gone]

    def lower(holder: list[Any], place: int) -> None:
        if isinstance(holder[place], int) and holder[place] > gone:
            holder[place] -= 1

    for step in data["steps"]:
        if step[0] == "combine":
            for part in step[4]:
                lower(part, 3)
        elif step[0] in ("instance", "named"):
            for place in range(len(step[5])):
                lower(step[5], place)
        elif step[0] in ("transpose", "trace", "vanish", "reciprocal", "antisymmetry"):
            lower(step, 1)
            if step[0] == "antisymmetry":
                lower(step, 2)
    for claim in data["claims"]:
        lower(claim, 0)
    return True


def step_order(data: Certificate, rng: Random) -> bool:
    """Exchange two neighbouring steps, or double one."""
    steps = data["steps"]
    if len(steps) < 2:
        return False
    at = rng.randrange(len(steps) - 1)
    if rng.random() < 0.6:
        steps[at], steps[at + 1] = steps[at + 1], steps[at]
    else:
        steps.insert(at, copy.deepcopy(steps[at]))
    return True


def step_rule(data: Certificate, rng: Random) -> bool:
    """Use another rule on the same operands, or transpose or trace for each other."""
    steps = _steps(data)
    if not steps:
        return False
    step = rng.choice(steps)
    names = ("assume", "penrose", "definition", "square", "combine", "transpose", "trace", "antisymmetry", "vanish",
             "reciprocal", "instance", "named", "units", "qed")
    alike = {"transpose": ("trace",), "trace": ("transpose",), "assume": ("definition",)}.get(step[0], ())
    step[0] = rng.choice(alike) if alike and rng.random() < 0.6 else _other(rng, step[0], names)
    return True


def granted(data: Certificate, rng: Random) -> bool:
    """Assume something else."""
    steps = _steps(data, "assume", "definition")
    if not steps:
        return False
    step = rng.choice(steps)
    names = {other[1] for other in steps} | {f"assume {k}" for k in range(4)}
    for name, _, words in data["statement"]["declarations"]:
        names |= {f"{name} {word} {k}" for word in (*words, "symmetric", "orthogonal") for k in (1, 2)}
        names |= {f"inv({name}) 1", f"1/({name}) 1", f"{name} invertible 1"}
    step[1] = _other(rng, step[1], sorted(names))
    return True


def penrose(data: Certificate, rng: Random) -> bool:
    steps = _steps(data, "penrose")
    if not steps:
        return False
    step = rng.choice(steps)
    if rng.random() < 0.6:
        step[2] = _other(rng, step[2], (0, 1, 2, 3, 4, 5))
    else:
        names = {other[1] for other in steps} | {"inv(A)"}
        names |= {f"pinv({declaration[0]})" for declaration in data["statement"]["declarations"]}
        step[1] = _other(rng, step[1], sorted(names))
    return True


def units(data: Certificate, rng: Random) -> bool:
    """Take other vectors of a standard basis, or another size."""
    steps = _steps(data, "units")
    if not steps:
        return False
    step = rng.choice(steps)
    place = rng.choice((1, 2, 2, 3, 3))
    step[place] = _other(rng, step[place], (-1, 0, 1, 2, 3, 4))
    return True


def combine_size(data: Certificate, rng: Random) -> bool:
    places = [(step, place) for step in _steps(data, "combine") for place in (1, 2)]
    places += [(poly, place) for poly in _polys(data) for place in (0, 1)]
    if not places:
        return False
    holder, place = rng.choice(places)
    known = {other[at] for other, at in places}
    holder[place] = _other(rng, holder[place], sorted({*map(str, known), "zz"}) + [1, 2])
    return True


def relation(data: Certificate, rng: Random) -> bool:
    steps = _steps(data, "combine")
    if not steps:
        return False
    scalars = [step for step in steps if step[1:3] == [1, 1]]
    step = rng.choice(scalars if scalars and rng.random() < 0.7 else steps)
    step[3] = _other(rng, step[3], ("=", ">=", "<=", ">", "!=", ""))
    return True


def rule_argument(data: Certificate, rng: Random) -> bool:
    """Change the lemma, sizes, letters, obligations or claim of an instance."""
    steps = _steps(data, "instance", "named")
    if not steps:
        return False
    step = rng.choice(steps)
    what = rng.randrange(6)
    if what == 0:
        step[1] = _other(rng, step[1], (0, 1, 2, -1, "symmetric_cube_root", "choice"))
    elif what == 1:
        _change_node(step[2], rng)
    elif what == 2 and step[3]:
        name = rng.choice(sorted(step[3]))
        if rng.random() < 0.3:
            del step[3][name]
        else:
            step[3][name] = _other(rng, step[3][name], range(len(step[2]) + 1))
    elif what == 3 and step[4]:
        name = rng.choice(sorted(step[4]))
        if rng.random() < 0.3:
            del step[4][name]
        else:
            step[4][name] = _other(rng, step[4][name], SIZES)
    elif what == 4 and step[5]:
        del step[5][rng.randrange(len(step[5]))]
    else:
        step[6] = _other(rng, step[6], (-1, 0, 1, 2))
    return True


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

UNARY = ("transpose", "neg", "pinv", "inv", "proj", "tr")


def _change_node(nodes: list[Any], rng: Random) -> None:
    """Change a node of a table of terms: its operation, an argument, a number, a name, a size."""
    node = rng.choice(nodes)
    position = nodes.index(node)
    places = [k for k in range(1, len(node))]
    if node[0] in UNARY and rng.random() < 0.5:
        node[0] = _other(rng, node[0], UNARY)
    elif node[0] in ("add", "mul", "div"):
        if rng.random() < 0.2:
            node[0] = _other(rng, node[0], ("add", "mul", "div"))
        elif rng.random() < 0.3 and len(node) > 2:
            del node[rng.choice(places)]
        elif rng.random() < 0.3:
            node.append(rng.choice(node[1:]))
        else:
            at = rng.choice(places)
            node[at] = _other(rng, node[at], range(position))
    elif node[0] == "number":
        node[1] = _other(rng, node[1], ("0", "1", "2", "3", "7"))
    elif node[0] == "pow":
        node[1] = _other(rng, node[1], (1, 2, 3, 4, 65))
    elif node[0] in ("matrix", "zero", "identity", "scalar"):
        at = rng.choice(places)
        names = sorted({str(other[1]) for other in nodes if other[0] == "matrix"})
        node[at] = _other(rng, node[at], names if node[0] == "matrix" and at == 1 else SIZES)
    elif places:
        node[-1] = _other(rng, node[-1], range(position))


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


# ---- statements ------------------------------------------------------------------------------------------


def statement_mutants(statement: Statement, rng: Random, count: int) -> list[tuple[str, Statement]]:
    """List up to `count` different well-formed statements that differ from one in a single place."""
    found = {statement.hash: ("", statement)}
    for _ in range(30 * count):
        kind = rng.choice(("hypothesis", "claim", "claim", "claim", "dropped"))
        try:
            name, mutant = _changed(statement, kind, rng)
        except InputError:  # ill-sized
            continue
        if mutant is not None:
            found.setdefault(mutant.hash, (name, mutant))
        if len(found) > count:
            break
    return list(found.values())[1:]


def _changed(statement: Statement, kind: str, rng: Random) -> tuple[str, Statement | None]:
    declarations, hypotheses, claims = list(statement.declarations), list(statement.hypotheses), list(statement.claims)
    if kind == "dropped":
        with_words = [k for k, d in enumerate(declarations) if d.properties]
        if with_words and (not hypotheses or rng.random() < 0.5):
            at = rng.choice(with_words)
            old = declarations[at]
            gone = rng.choice(old.properties)
            declarations[at] = Declaration(old.name, old.shape, tuple(w for w in old.properties if w != gone))
        elif hypotheses:
            del hypotheses[rng.randrange(len(hypotheses))]
        else:
            return "dropped", None
        name = "dropped"
    elif kind == "hypothesis":
        if not hypotheses:
            return kind, None
        at = rng.randrange(len(hypotheses))
        name, equation = _change_equation(hypotheses[at], statement, rng)
        hypotheses[at] = equation
    else:
        at = rng.randrange(len(claims))
        name, equation = _change_equation(claims[at].equation, statement, rng)
        claims[at] = Claim(equation, claims[at].unknown)
    return name, Statement(tuple(declarations), tuple(hypotheses), statement.guards, tuple(claims), statement.name)


def _change_equation(equation: Equation, statement: Statement, rng: Random) -> tuple[str, Equation]:
    if rng.randrange(2):
        name, left = _change_term(equation.left, statement, rng)
        return name, Equation(left, equation.right)
    name, right = _change_term(equation.right, statement, rng)
    return name, Equation(equation.left, right)


def _change_term(term: Term, statement: Statement, rng: Random) -> tuple[str, Term]:
    """Change one occurrence of a subterm, chosen evenly."""
    if term.args and rng.random() < 1 - 1 / _count(term):
        at = rng.choices(range(len(term.args)), [_count(arg) for arg in term.args])[0]
        args = list(term.args)
        name, args[at] = _change_term(args[at], statement, rng)
        return name, walk.rebuild(term.op, term.data, tuple(args))
    return _change_here(term, statement, rng)


def _count(term: Term) -> int:
    return 1 + sum(_count(arg) for arg in term.args)


def _change_here(term: Term, statement: Statement, rng: Random) -> tuple[str, Term]:
    options: list[tuple[str, Callable[[], Term]]] = [("sign", lambda: terms.neg(term))]
    if term.shape is not None:
        options.append(("transpose", lambda: terms.transpose(term)))
    match term.op:
        case "neg":
            options.append(("sign", lambda: term.args[0]))
        case "transpose":
            options.append(("transpose", lambda: term.args[0]))
        case "mul" | "add" if len(term.args) > 1:
            at = rng.randrange(len(term.args))
            build = walk.BUILDERS[term.op]
            options.append(("factor", lambda: build(*(arg for k, arg in enumerate(term.args) if k != at))))
            options.append(("factor", lambda: build(*term.args, term.args[at])))
            other = list(term.args)
            other[at - 1], other[at] = other[at], other[at - 1]
            options.append(("index", lambda: build(*other)))
        case "pow":
            exponent = int(term.data or 1)
            options.append(("exponent", lambda: terms.power(term.args[0], exponent + rng.choice((-1, 1)))))
        case "number":
            options.append(("factor", lambda: terms.number(int(term.data or 0) + rng.choice((1, 2)))))
        case "pinv":
            options.append(("index", lambda: terms.transpose(term.args[0])))
        case "inv":
            options += [("index", lambda: terms.transpose(term.args[0])), ("index", lambda: term.args[0])]
        case "proj":
            options.append(("index", lambda: term.args[0] * term.args[0].T))
        case "matrix" | "scalar":
            alike = [d.letter for d in statement.declarations if d.letter.shape == term.shape and d.letter != term]
            if alike:
                options += 2 * [("index", lambda: rng.choice(alike))]
        case "identity":
            options.append(("factor", lambda: 2 * term))
    if term.shape is not None and term.shape[0] == term.shape[1] and term.op == "matrix":
        options.append(("exponent", lambda: terms.power(term, 2)))
    options.append(("factor", lambda: 2 * term))
    name, make = rng.choice(options)
    return name, make()
