"""Single-place mutations of the steps of a certificate."""

from __future__ import annotations

import copy
from collections.abc import Callable
from random import Random
from typing import Any

Certificate = dict[str, Any]
Change = Callable[[Certificate, Random], bool]  # changes one place; False if there is no such place

JUNK: tuple[Any, ...] = (None, True, False, -1, 0, 10**9, 10**30, 1.5, "", " ", "x", "'", "1/0", "-0", "\u0661", "A'' ",
                         [], [[]], [0], {}, {"a": 1}, ["x", "x", "x"], [-1], [None], [[], []])

NUMBERS = ("0", "1", "-1", "2", "-2", "1/2", "3", "-1/3", "1000003")
SIZES = (1, 2, 3, "n", "m", "zz")
UNARY = ("transpose", "neg", "pinv", "inv", "proj", "tr")


def _other(rng: Random, value: Any, choices: Any) -> Any:
    rest = [choice for choice in choices if choice != value]
    return rng.choice(rest) if rest else value


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
                   "product": [(step, 1), (step, 2)],
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
        elif step[0] in ("transpose", "trace", "vanish", "reciprocal", "antisymmetry", "product"):
            lower(step, 1)
            if step[0] in ("antisymmetry", "product"):
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
             "product", "reciprocal", "instance", "named", "units", "qed")
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
