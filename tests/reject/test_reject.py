"""Minimal pairs: where a false statement could slip through the kernel.

Every row is a certificate and what replaying it must give: ACCEPTED, or the exact class of the error and a
piece of its message. Rows come in groups that differ in one thing. Certificates are written by hand, so
that what is tested is the kernel alone.
"""

from __future__ import annotations

import copy
from typing import Any

import pytest

from symcrit.errors import CertificateError, InputError
from symcrit.kernel import replay, terms
from symcrit.kernel.terms import identity, inverse, matrix, number, scalar
from symcrit.lang.parser import parse
from tests.certificates import certificate, combine, nodes, poly

ACCEPTED = "accepted"
A = matrix("A", "n", "n")
E = scalar("e")
NOTHING = combine("n", "n")  # 0 = 0
ZERO = combine(1, 1)


def fact(position: int, coefficient: str = "1", left: str = "", right: str = "", central: Any = ()) -> list[Any]:
    """Write a summand."""
    return [coefficient, list(central), left, position, right]


def with_(data: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """Copy a certificate with some of its fields replaced."""
    return {**copy.deepcopy(data), **changes}


# ---- sizes -------------------------------------------------------------------------------------------

SQUARES = "matrix A : {0} x {0}\nmatrix B : {0} x {0}\nshow A*B = B*A"
TWO = "matrix A : m x m\nmatrix B : n x n\n"
TALL = "matrix A : m x n\nassume A = 0\nshow {} = 0"

SIZES = {
    "tr(I(m)) is tr(I(m))": (certificate(TWO + "show tr(I(m)) = tr(I(m))", [ZERO], [[0]]), ACCEPTED, ""),
    "tr(I(m)) is not tr(I(n))": (certificate(TWO + "show tr(I(m)) = tr(I(n))", [ZERO], [[0]]),
                                 CertificateError, "shows something else"),
    "tr(I(3)) is 3": (certificate("matrix A : 3 x 3\nshow tr(I(3)) = 3", [ZERO], [[0]]), ACCEPTED, ""),
    "tr(I(n)) is not 3": (certificate("matrix A : n x n\nshow tr(I(n)) = 3", [ZERO], [[0]]),
                          CertificateError, "shows something else"),
    "1 x 1 matrices commute": (certificate(SQUARES.format(1), [ZERO], [[0]]), ACCEPTED, ""),
    "2 x 2 matrices do not": (certificate(SQUARES.format(2), [combine(2, 2)], [[0]]),
                              CertificateError, "shows something else"),
    "n x n matrices do not": (certificate(SQUARES.format("n"), [NOTHING], [[0]]),
                              CertificateError, "shows something else"),
    "n x n matrices do not, even as 1 x 1": (certificate(SQUARES.format("n"), [ZERO], [[0]]),
                                             CertificateError, "shows something else"),
    "a word that fits": (certificate(TALL.format("A'*A"), [["assume", "assume 1"],
                                                           combine("n", "n", fact(0, left="A'"))], [[1]]), ACCEPTED, ""),
    "a word that does not fit": (certificate(TALL.format("A'*A"), [["assume", "assume 1"],
                                                                   combine("n", "n", fact(0, left="A"))], [[1]]),
                                 CertificateError, "does not fit together at A"),
    "a word of an unknown letter": (certificate(TALL.format("A'*A"), [["assume", "assume 1"],
                                                                      combine("n", "n", fact(0, left="Q"))], [[1]]),
                                    CertificateError, "does not fit together at Q"),
    "a combination of the declared shape": (certificate(TALL.format("A"), [["assume", "assume 1"],
                                                                           combine("m", "n", fact(0))], [[1]]), ACCEPTED, ""),
    "a combination of another shape": (certificate(TALL.format("A"), [["assume", "assume 1"],
                                                                      combine("n", "m", fact(0))], [[1]]),
                                       CertificateError, "is not"),
    "an empty word between equal sizes": (certificate(TALL.format("A"), [["assume", "assume 1"]], [[0]],
                                                      letters=[["let", "let.I", poly("m", "m", ["1", [], ""])]]), ACCEPTED, ""),
    "an empty word between different sizes": (certificate(TALL.format("A"), [["assume", "assume 1"]], [[0]],
                                                          letters=[["let", "let.I", poly("m", "n", ["1", [], ""])]]),
                                              CertificateError, "is not m x n"),
    "an empty word between 1 and n": (certificate(TALL.format("A"), [["assume", "assume 1"]], [[0]],
                                                  letters=[["let", "let.I", poly(1, "n", ["1", [], ""])]]),
                                      CertificateError, "is not 1 x n"),
    "a scalar fact is not a matrix fact": (
        certificate("matrix A : n x n\nassume tr(A) = 0\nshow A = 0",
                    [["assume", "assume 1"], combine("n", "n", fact(0))], [[1]]),
        CertificateError, "shows something else"),
    "a scalar fact times a matrix": (
        certificate("matrix A : n x n\nassume tr(A) = 0\nshow tr(A)*A = 0",
                    [["assume", "assume 1"], combine("n", "n", fact(0, right="A"))], [[1]]), ACCEPTED, ""),
    "the trace of a product is not the product of traces": (
        certificate("matrix A : n x n\nassume tr(A) = 0\nshow tr(A*A) = 0",
                    [["assume", "assume 1"], combine("n", "n", fact(0, right="A")), ["trace", 1]], [[2]]),
        CertificateError, "shows something else"),
}

# ---- guards and denominators --------------------------------------------------------------------------

LEFT_INVERSE = "matrix A : n x n{}\n{}show exists W : n x n. W*A = I"
WITNESS = nodes(inverse(A))
TRIVIAL = "matrix A : n x n{}\nshow exists W : n x n. W - W = 0"
RECIPROCAL = "scalar e\nshow exists W : 1 x 1. ({})*W = 1"
SQUARE_E = ["square", poly(1, 1, ["1", [[["e"], 1]], ""])]


def one_over(denominator: terms.Term) -> list[Any]:
    """Write the 1 x 1 witness 1/d as data."""
    return nodes(1 / denominator * identity(1))


GUARDS = {
    "inv(A) of an invertible A as a witness": (
        certificate(LEFT_INVERSE.format(" invertible", ""), [["assume", "inv(A) 2"]], [[0, WITNESS]]), ACCEPTED, ""),
    "inv(A) of any A as a witness": (
        certificate(LEFT_INVERSE.format("", ""), [["assume", "inv(A) 2"]], [[0, WITNESS]]),
        CertificateError, "does not grant"),
    "a witness with a granted guard in a trivial claim": (
        certificate(TRIVIAL.format(" invertible"), [NOTHING], [[0, WITNESS]]), ACCEPTED, ""),
    "a witness with a guard of its own in a trivial claim": (
        certificate(TRIVIAL.format(""), [NOTHING], [[0, WITNESS]]), CertificateError, "no line of the statement grants"),
    "an inverse in a let that is used": (
        certificate(LEFT_INVERSE.format("", "let B = inv(A)\nassume B = B\n"), [["assume", "inv(A) 2"]], [[0, WITNESS]]),
        ACCEPTED, ""),
    "an inverse in a let that is not used": (
        certificate(LEFT_INVERSE.format("", "let B = inv(A)\nassume A = A\n"), [["assume", "inv(A) 2"]], [[0, WITNESS]]),
        CertificateError, "does not grant"),
    "a guard on the witness, discharged": (
        certificate("matrix A : n x n invertible\nshow exists W : n x n. inv(W) = A", [NOTHING], [[0, WITNESS]]),
        ACCEPTED, ""),
    "a guard on the witness, open": (
        certificate("matrix A : n x n\nshow exists W : n x n. inv(W) = A", [NOTHING], [[0, WITNESS]]),
        CertificateError, "no line of the statement grants"),
    "a guard on the witness that cancels, open": (
        certificate("matrix A : n x n\nshow exists W : n x n. inv(W) - inv(W) = 0", [NOTHING], [[0, nodes(A)]]),
        CertificateError, "no line of the statement grants"),
    "an inverse of a part without the unknown is granted": (
        certificate("matrix A : n x n\nshow exists W : n x n. W*A = inv(A)*A", [["assume", "inv(A) 2"], NOTHING],
                    [[1, WITNESS]]), ACCEPTED, ""),
    "1 + e^2 is implied to be nonzero": (
        certificate(RECIPROCAL.format("1 + e^2"), [SQUARE_E, ["reciprocal", 0, "1"]], [[1, one_over(1 + E**2)]]),
        ACCEPTED, ""),
    "1 + e^2 is not used before that is shown": (
        certificate(RECIPROCAL.format("1 + e^2"), [SQUARE_E, ZERO], [[1, one_over(1 + E**2)]]),
        CertificateError, "no line of the statement grants"),
    "e^2 is not implied to be nonzero": (
        certificate(RECIPROCAL.format("e^2"), [SQUARE_E, ["reciprocal", 0, "0"]], [[1, one_over(E**2)]]),
        CertificateError, "not a positive number"),
    "e^2 - 1 is not implied to be nonzero": (
        certificate(RECIPROCAL.format("e^2 - 1"), [SQUARE_E, ["reciprocal", 0, "-1"]], [[1, one_over(E**2 - 1)]]),
        CertificateError, "not a positive number"),
    "1 + e is not what was shown": (
        certificate(RECIPROCAL.format("1 + e"), [SQUARE_E, ["reciprocal", 0, "1"]], [[1, one_over(1 + E)]]),
        CertificateError, "no line of the statement grants"),
    "1 + tr(I(n)) is nonzero": (
        certificate("matrix A : n x n\nshow exists W : 1 x 1. (1 + tr(I(n)))*W = 1",
                    [["square", poly("n", "n", ["1", [], ""])], ["reciprocal", 0, "1"]],
                    [[1, one_over(1 + terms.trace(identity("n")))]]), ACCEPTED, ""),
    "no rule knows that sizes are positive": (
        certificate("matrix A : n x n\nshow exists W : 1 x 1. tr(I(n))*W = 1",
                    [["square", poly("n", "n", ["1", [], ""])], ["reciprocal", 0, "0"]],
                    [[1, one_over(terms.trace(identity("n")))]]), CertificateError, "not a positive number"),
    "a literal size is a number": (
        certificate("matrix A : 2 x 2\nshow exists W : 1 x 1. tr(I(2))*W = 1", [ZERO],
                    [[0, one_over(terms.trace(identity(2)))]]), ACCEPTED, ""),
    "a 1 x 1 pseudoinverse under a guard": (
        certificate("matrix a : 1 x 1\nassume a != 0\nshow a*pinv(a) = 1",
                    [["penrose", "pinv(tr(a))", 1], ["assume", "1/(tr(a)) 1"],
                     combine(1, 1, fact(0, central=[[["1/(tr(a))"], 1]]), fact(1),
                             fact(1, "-1", central=[[["tr", "", "a"], 1], [["tr", "", "pinv(tr(a))"], 1]]))],
                    [[2]]), ACCEPTED, ""),
    "a 1 x 1 pseudoinverse without one": (
        certificate("matrix a : 1 x 1\nassume a = a\nshow a*pinv(a) = 1",
                    [["penrose", "pinv(tr(a))", 1], ["assume", "1/(tr(a)) 1"],
                     combine(1, 1, fact(0, central=[[["1/(tr(a))"], 1]]), fact(1),
                             fact(1, "-1", central=[[["tr", "", "a"], 1], [["tr", "", "pinv(tr(a))"], 1]]))],
                    [[2]]), CertificateError, "does not grant"),
    "a guarded quotient": (
        certificate("scalar s\nshow s/s = 1", [["assume", "1/(s) 1"]], [[0]]), ACCEPTED, ""),
    "a witness of the wrong shape": (
        certificate(TRIVIAL.format(""), [NOTHING], [[0, nodes(number(1))]]), CertificateError, "needs a witness"),
    "no witness": (certificate(TRIVIAL.format(""), [NOTHING], [[0]]), CertificateError, "needs a witness"),
}

# ---- inequalities, squares -----------------------------------------------------------------------------

TRACE_ZERO = "matrix A : n x n\nassume {} = 0\nshow A = 0"
VANISH = [["assume", "assume 1"], ["vanish", 0, poly("n", "n", ["1", [], "A"])]]
SCALARS = "scalar s t\nassume s^2 + t^2 = 0\nshow {} = 0"
S2 = ["square", poly(1, 1, ["1", [[["s"], 1]], ""])]
T2 = ["square", poly(1, 1, ["1", [[["t"], 1]], ""])]


def opposite(coefficient: str, central: Any = (), word: str = "") -> list[Any]:
    """From s^2 + t^2 = 0 and t^2 >= 0 conclude -s^2 >= 0, then s^2 = 0."""
    return [["assume", "assume 1"], S2, T2,
            combine(1, 1, fact(0, "-1"), fact(2, coefficient, left=word, central=central), relation=">="),
            ["antisymmetry", 1, 3], ["vanish", 4, poly(1, 1, ["1", [[["s"], 1]], ""])]]


SQUARES_ = {
    "tr(A'A) = 0 gives A = 0": (certificate(TRACE_ZERO.format("tr(A'*A)"), VANISH, [[1]]), ACCEPTED, ""),
    "tr(AA') = 0 does as well": (certificate(TRACE_ZERO.format("tr(A*A')"), VANISH, [[1]]), ACCEPTED, ""),
    "tr(AA) = 0 does not": (certificate(TRACE_ZERO.format("tr(A*A)"), VANISH, [[1]]), CertificateError, "not tr(E'E) = 0"),
    "tr(A) = 0 does not": (certificate(TRACE_ZERO.format("tr(A)"), VANISH, [[1]]), CertificateError, "not tr(E'E) = 0"),
    "-tr(A'A) = 0 does not, as written": (certificate(TRACE_ZERO.format("-tr(A'*A)"), VANISH, [[1]]),
                                          CertificateError, "not tr(E'E) = 0"),
    "A'A = 0 needs its trace first": (certificate(TRACE_ZERO.format("A'*A"), VANISH, [[1]]),
                                      CertificateError, "not tr(E'E) = 0"),
    "tr(A'A) >= 0 is no equation": (
        certificate(TRACE_ZERO.format("tr(A'*A)"), [["square", poly("n", "n", ["1", [], "A"])],
                                                    ["vanish", 0, poly("n", "n", ["1", [], "A"])]], [[1]]),
        CertificateError, "not tr(E'E) = 0"),
    "a sum of squares": (certificate(SCALARS.format("s"), opposite("1"), [[5]]), ACCEPTED, ""),
    "an inequality times a negative number": (certificate(SCALARS.format("s"), opposite("-1"), [[5]]),
                                              CertificateError, "non-negative number"),
    "an inequality times a scalar": (certificate(SCALARS.format("s"), opposite("1", [[["s"], 1]]), [[5]]),
                                     CertificateError, "non-negative number"),
    "an inequality times a trace": (
        certificate("matrix s : n x n\n" "scalar t\nassume tr(s) = 0\nshow t = 0",
                    [T2, combine(1, 1, fact(0, central=[[["tr", "", "s"], 1]]), relation=">=")], [[1]]),
        CertificateError, "non-negative number"),
    "an inequality among the summands of an equation": (
        certificate("scalar s t\nassume s = 0\nshow s^2 = 0", [S2, combine(1, 1, fact(0))], [[1]]),
        CertificateError, "non-negative number"),
    "an inequality is no proof of an equation": (certificate("scalar s t\nassume s = 0\nshow s^2 = 0", [S2], [[0]]),
                                                 CertificateError, "not shown by an equation"),
    "inequalities of matrices": (
        certificate("matrix A : n x n\nassume A = 0\nshow A = 0",
                    [["assume", "assume 1"], combine("n", "n", fact(0), relation=">=")], [[0]]),
        CertificateError, "between scalars"),
    "another relation": (certificate("scalar s\nassume s = 0\nshow s = 0",
                                     [["assume", "assume 1"], combine(1, 1, fact(0), relation="<")], [[0]]),
                         CertificateError, "between scalars"),
    "s >= 0 twice is not s = 0": (certificate("scalar s t\nassume s = 0\nshow s^2 = 0", [S2, ["antisymmetry", 0, 0]], [[1]]),
                                  CertificateError, "not opposite"),
    "the trace of an inequality": (certificate("scalar s t\nassume s = 0\nshow s^2 = 0", [S2, ["trace", 0]], [[1]]),
                                   CertificateError, "of equations"),
    "the transpose of an inequality": (certificate("scalar s t\nassume s = 0\nshow s^2 = 0", [S2, ["transpose", 0]], [[1]]),
                                       CertificateError, "only equations"),
    "the trace of a rectangular equation": (
        certificate("matrix A : m x n\nassume A = 0\nshow A = 0", [["assume", "assume 1"], ["trace", 0]], [[0]]),
        CertificateError, "trace of m x n"),
}

# ---- letters -----------------------------------------------------------------------------------------

ONE_LETTER = "matrix A : n x n\nassume A = 0\nshow A = 0"
A_POLY = poly("n", "n", ["1", [], "A"])
KEPT = [["assume", "assume 1"]]

LETTERS = {
    "a fresh letter": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B", A_POLY]]), ACCEPTED, ""),
    "a letter twice": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B", A_POLY]] * 2),
                       CertificateError, "not new"),
    "a letter that the statement declares": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "A", A_POLY]]),
                                             CertificateError, "named let.NAME"),
    "a letter that looks like an inverse": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "inv(A)", A_POLY]]),
                                            CertificateError, "named let.NAME"),
    "a letter that is a transpose": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B'", A_POLY]]),
                                     CertificateError, "named let.NAME"),
    "a letter with a space": (certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B C", A_POLY]]),
                              CertificateError, "named let.NAME"),
    "a letter defined by itself": (
        certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B", poly("n", "n", ["1", [], "let.B"])]]),
        CertificateError, "does not fit together at let.B"),
    "a letter defined by a later one": (
        certificate(ONE_LETTER, KEPT, [[0]], letters=[["let", "let.B", poly("n", "n", ["1", [], "let.C"])],
                                                      ["let", "let.C", A_POLY]]),
        CertificateError, "does not fit together at let.C"),
    "the definition of a letter that is none": (certificate(ONE_LETTER, [["definition", "A"]], [[0]]),
                                                CertificateError, "not a defined letter"),
    "Penrose's equation of a letter that is no pseudoinverse": (
        certificate(ONE_LETTER, [["penrose", "A", 1]], [[0]]), CertificateError, "no Penrose equation"),
    "Penrose's fifth equation": (
        certificate(ONE_LETTER, [["penrose", "pinv(A)", 5]], [[0]], letters=[["pinv", A_POLY]]),
        CertificateError, "no Penrose equation"),
    "Penrose's zeroth equation": (
        certificate(ONE_LETTER, [["penrose", "pinv(A)", 0]], [[0]], letters=[["pinv", A_POLY]]),
        CertificateError, "no Penrose equation"),
    "an assumption that is none": (certificate(ONE_LETTER, [["assume", "assume 2"]], [[0]]),
                                   CertificateError, "does not grant"),
    "a property that is not declared": (certificate(ONE_LETTER, [["assume", "A symmetric 1"]], [[0]]),
                                        CertificateError, "does not grant"),
}

# ---- central coefficients ------------------------------------------------------------------------------

COEFFICIENT = "matrix A : n x n\nmatrix B : n x n\nscalar s\nassume A = 0\nshow {}*A = 0"


def times(central: Any) -> list[Any]:
    """Multiply the hypothesis A = 0 by a central monomial."""
    return [["assume", "assume 1"], combine("n", "n", fact(0, central=central))]


CENTRAL = {
    "a scalar": (certificate(COEFFICIENT.format("s"), times([[["s"], 1]]), [[1]]), ACCEPTED, ""),
    "a power of a scalar": (certificate(COEFFICIENT.format("s^2"), times([[["s"], 2]]), [[1]]), ACCEPTED, ""),
    "a power in two factors": (certificate(COEFFICIENT.format("s^2"), times([[["s"], 1], [["s"], 1]]), [[1]]), ACCEPTED, ""),
    "the zeroth power": (certificate(COEFFICIENT.format("1"), times([[["s"], 0]]), [[1]]), InputError, "not a power"),
    "a negative power": (certificate(COEFFICIENT.format("s"), times([[["s"], -1]]), [[1]]), InputError, "not a power"),
    "a boolean exponent": (certificate(COEFFICIENT.format("s"), times([[["s"], True]]), [[1]]), InputError, "expected an integer"),
    "a fractional exponent": (certificate(COEFFICIENT.format("s"), times([[["s"], 1.0]]), [[1]]), InputError, "expected an integer"),
    "an exponent as text": (certificate(COEFFICIENT.format("s"), times([[["s"], "1"]]), [[1]]), InputError, "expected an integer"),
    "a huge exponent": (certificate(COEFFICIENT.format("s"), times([[["s"], 10**9]]), [[1]]), InputError, "not a power"),
    "an atom of nothing": (certificate(COEFFICIENT.format("s"), times([[[], 1]]), [[1]]), InputError, "not a scalar or trace"),
    "an atom of numbers": (certificate(COEFFICIENT.format("s"), times([[[1], 1]]), [[1]]), InputError, "not a"),
    "a canonical trace": (certificate(COEFFICIENT.format("tr(B*A)"), times([[["tr", "", "A", "B"], 1]]), [[1]]), ACCEPTED, ""),
}

# ---- theorems and their instances ----------------------------------------------------------------------

SYMMETRIC = certificate("matrix P : n x n symmetric\nshow P'*P = P*P",
                        [["assume", "P symmetric 1"], combine("n", "n", fact(0, right="P"))], [[1]])
QUOTIENT = certificate("scalar s\nshow s/s = 1", [["assume", "1/(s) 1"]], [[0]])
HALF = certificate("matrix A : n x n\nassume A = 0\nshow A*A = 0", [["assume", "assume 1"],
                                                                     combine("n", "n", fact(0, right="A"))], [[1]])
EXISTS = certificate("matrix A : n x n\nshow exists W : n x n. W = A\nshow A = A", [NOTHING], [[0, nodes(A)], [0]])
COMMUTE = certificate(SQUARES.format(1), [ZERO], [[0]])
INVERTIBLE = certificate("matrix A : n x n invertible\nshow inv(A)*A = I", [["assume", "inv(A) 2"]], [[0]])
TO_Q = {"P": 0}
Q = [["matrix", "Q", "k", "k"]]
T = [["scalar", "t"]]
SUM_Q = [["matrix", "Q", "k", "k"], ["transpose", 0], ["add", 0, 1]]


def about_q(properties: str, obligations: Any, node: Any = Q, letters: Any = TO_Q, sizes: Any = None,
            lemma: Any = 0, claim: Any = 0, show: str = "Q'*Q = Q*Q") -> dict[str, Any]:
    """Apply the lemma on symmetric matrices to Q : k x k."""
    steps = [["assume", f"Q{properties} 1"]] if properties.strip() == "symmetric" else [combine("k", "k")]
    return certificate(f"matrix Q : k x k{properties}\nshow {show}",
                       [*steps, ["instance", lemma, node, letters, {"n": "k"} if sizes is None else sizes,
                                 obligations, claim]], [[1]], lemmas=[SYMMETRIC])


def quotient(assumption: str, lemma: dict[str, Any] = QUOTIENT) -> dict[str, Any]:
    """Apply s/s = 1 to t in a statement about existence, where t/t itself grants nothing."""
    return certificate(f"scalar t\n{assumption}\nshow exists W : 1 x 1. W*t = t",
                       [["instance", 0, T, {"s": 0}, {}, [], 0], ZERO], [[1, nodes(identity(1))]], lemmas=[lemma])


INSTANCES = {
    "a property met": (about_q(" symmetric", [0]), ACCEPTED, ""),
    "a property not shown": (about_q(" symmetric", []), CertificateError, "obligation"),
    "a property shown by something else": (about_q("", [0]), CertificateError, "obligation"),
    "a property that holds of the term itself": (
        about_q("", [], SUM_Q, {"P": 2}, show="(Q + Q')'*(Q + Q') = (Q + Q')*(Q + Q')"), ACCEPTED, ""),
    "the wrong size": (about_q(" symmetric", [0], sizes={"n": "n"}), CertificateError, "another shape"),
    "no size": (about_q(" symmetric", [0], sizes={}), CertificateError, "another shape"),
    "a literal for a symbol": (about_q(" symmetric", [0], sizes={"n": 2}), CertificateError, "another shape"),
    "size 0": (about_q(" symmetric", [0], sizes={"n": 0}), InputError, "not a name"),
    "no term": (about_q(" symmetric", [0], letters={}), CertificateError, "no term is given for P"),
    "no such claim": (about_q(" symmetric", [0], claim=1), CertificateError, "no claim 1"),
    "a claim counted from the end": (about_q(" symmetric", [0], claim=-1), CertificateError, "no claim -1"),
    "no such lemma": (about_q(" symmetric", [0], lemma=1), InputError, "no lemma 1"),
    "a lemma counted from the end": (about_q(" symmetric", [0], lemma=-1), InputError, "no lemma -1"),
    "a guard of the lemma, granted": (quotient("assume t != 0"), ACCEPTED, ""),
    "a guard of the lemma, open": (quotient("assume t = t"), CertificateError, "no line of the statement grants"),
    "a guard of the lemma at 0": (
        certificate("scalar t\nassume t != 0\nshow t = t",
                    [["instance", 0, [["number", "0"]], {"s": 0}, {}, [], 0], ZERO], [[1]], lemmas=[QUOTIENT]),
        InputError, "identically 0"),
    "an invertible letter, granted": (
        certificate("matrix Q : k x k invertible\nshow inv(Q)*Q = I",
                    [["instance", 0, Q, {"A": 0}, {"n": "k"}, [], 0]], [[0]], lemmas=[INVERTIBLE]), ACCEPTED, ""),
    "an invertible letter, open": (
        certificate("matrix Q : k x k\nshow Q = Q",
                    [["instance", 0, Q, {"A": 0}, {"n": "k"}, [], 0], combine("k", "k")], [[1]], lemmas=[INVERTIBLE]),
        CertificateError, "no line of the statement grants"),
    "a hypothesis met": (
        certificate("matrix Q : k x k\nassume Q = 0\nshow Q*Q = 0",
                    [["assume", "assume 1"], ["instance", 0, Q, {"A": 0}, {"n": "k"}, [0], 0]], [[1]], lemmas=[HALF]),
        ACCEPTED, ""),
    "a hypothesis not met": (
        certificate("matrix Q : k x k\nassume Q*Q = 0\nshow Q*Q = 0",
                    [["assume", "assume 1"], ["instance", 0, Q, {"A": 0}, {"n": "k"}, [0], 0]], [[1]], lemmas=[HALF]),
        CertificateError, "obligation"),
    "an inequality as an obligation": (
        certificate("matrix Q : 1 x 1\nshow Q*Q = Q*Q",
                    [["square", poly(1, 1, ["1", [[["tr", "", "Q"], 1]], ""])],
                     ["instance", 0, [["matrix", "Q", 1, 1], ["mul", 0, 0]], {"A": 1}, {"n": 1}, [0], 0]],
                    [[1]], lemmas=[HALF]), CertificateError, "obligation"),
    "a claim that something exists": (
        certificate("matrix Q : k x k\nshow Q = Q", [["instance", 0, Q, {"A": 0}, {"n": "k"}, [], 0]], [[0]], lemmas=[EXISTS]),
        CertificateError, "no claim 0"),
    "the plain claim beside it": (
        certificate("matrix Q : k x k\nshow Q = Q", [["instance", 0, Q, {"A": 0}, {"n": "k"}, [], 1]], [[0]], lemmas=[EXISTS]),
        ACCEPTED, ""),
    "1 x 1 commutation at 1 x 1": (
        certificate("matrix U : 1 x n\nmatrix V : n x 1\nshow U*V*U*V = U*V*U*V",
                    [["instance", 0, [["matrix", "U", 1, "n"], ["matrix", "V", "n", 1], ["mul", 0, 1]], {"A": 2, "B": 2}, {}, [], 0]],
                    [[0]], lemmas=[COMMUTE]), ACCEPTED, ""),
    "1 x 1 commutation at k x k": (
        certificate("matrix Q : k x k\nmatrix R : k x k\nshow Q*R = R*Q",
                    [["instance", 0, [*Q, ["matrix", "R", "k", "k"]], {"A": 0, "B": 1}, {}, [], 0]], [[0]], lemmas=[COMMUTE]),
        CertificateError, "another shape"),
    "a literal size is not replaced": (
        certificate("matrix Q : k x k\nmatrix R : k x k\nshow Q*R = R*Q",
                    [["instance", 0, [*Q, ["matrix", "R", "k", "k"]], {"A": 0, "B": 1}, {"1": "k"}, [], 0]], [[0]],
                    lemmas=[COMMUTE]), InputError, "not a name"),
    "a lemma that is not proved": (
        certificate("matrix Q : k x k\nshow Q = Q", [combine("k", "k")], [[0]], lemmas=[with_(HALF, steps=HALF["steps"][:1])]),
        InputError, "number of an earlier step"),
}

CUBES = "matrix A : {0} x {0} symmetric\nmatrix B : {0} x {0} symmetric\nassume {1} = {2}\nshow A = B"


def cube_root(power: str = "{0}*{0}*{0}", size: Any = "n", name: str = "symmetric_cube_root", obligations: Any = (0, 1, 2),
              sizes: Any = None, claim: int = 0) -> dict[str, Any]:
    """Apply the named fact that symmetric matrices with equal cubes are equal."""
    return certificate(CUBES.format(size, power.format("A"), power.format("B")), [
        ["assume", "assume 1"], ["assume", "A symmetric 1"], ["assume", "B symmetric 1"],
        ["named", name, [["matrix", "A", size, size], ["matrix", "B", size, size]], {"A": 0, "B": 1},
         {"n": size} if sizes is None else sizes, list(obligations), claim]], [[3]])


NAMED = {
    "symmetric matrices with equal cubes": (cube_root(), ACCEPTED, ""),
    "symmetric matrices with equal cubes of literal size": (cube_root(size=2), ACCEPTED, ""),
    "symmetric matrices with equal squares": (cube_root("{0}*{0}"), CertificateError, "obligation"),
    "symmetric matrices with equal fourth powers": (cube_root("{0}^4"), CertificateError, "obligation"),
    "matrices not shown to be symmetric": (cube_root(obligations=[0, 1]), CertificateError, "obligation"),
    "cubes not shown to be equal": (cube_root(obligations=[1, 2]), CertificateError, "obligation"),
    "the wrong size": (cube_root(sizes={"n": "k"}), CertificateError, "another shape"),
    "a literal replaced": (cube_root(size=2, sizes={"2": "n"}), InputError, "not a name"),
    "no such claim of a named fact": (cube_root(claim=1), CertificateError, "no claim"),
    "an unknown fact": (cube_root(name="axiom_of_choice"), CertificateError, "no named fact"),
}


def units(*arguments: Any) -> dict[str, Any]:
    """Take a step about the standard basis in a proof that does not need it."""
    return certificate("matrix A : 2 x 2\nshow A = A", [["units", *arguments], combine(2, 2)], [[1]])


UNITS = {
    "a unit vector of size 2": (units(2, 1, 1), ACCEPTED, ""), "two unit vectors": (units(2, 1, 2), ACCEPTED, ""),
    "the resolution of the identity": (units(2, 0, 0), ACCEPTED, ""),
    "the third unit vector of size 2": (units(2, 3, 3), CertificateError, "no unit vector"),
    "the zeroth unit vector": (units(2, 0, 1), CertificateError, "no unit vector"),
    "the zeroth unit vector on the right": (units(2, 1, 0), CertificateError, "no unit vector"),
    "a negative unit vector": (units(2, -1, -1), CertificateError, "no unit vector"),
    "unit vectors of size 1": (units(1, 1, 1), CertificateError, "no unit vector"),
    "unit vectors of size 0": (units(0, 0, 0), CertificateError, "no unit vector"),
    "unit vectors of a negative size": (units(-1, 0, 0), CertificateError, "no unit vector"),
    "unit vectors of a huge size": (units(10**9, 1, 1), CertificateError, "no unit vector"),
    "unit vectors of a size symbol": (units("n", 1, 1), InputError, "expected an integer"),
    "e1'e2 is not 1": (certificate("scalar s\nshow s = 0", [["units", 2, 1, 2], ["units", 2, 1, 1],
                                                           combine(1, 1, fact(0, central=[[["s"], 1]]), fact(1, "-1", central=[[["s"], 1]]))], [[2]]),
                       CertificateError, "shows something else"),
    "I(2) is not e1 e1'": (certificate("matrix A : 2 x 2\nshow A = 0", [["units", 2, 0, 0], combine(2, 2, fact(0, right="A"))], [[1]]),
                           CertificateError, "shows something else"),
    "the basis of size 2 says nothing about size 3": (
        certificate("matrix A : 3 x 3\nshow A = 0", [["units", 2, 0, 0], combine(3, 3, fact(0, right="A"))], [[1]]), CertificateError, "is not"),
    "nor about size n": (
        certificate("matrix A : n x n\nshow A = 0", [["units", 2, 0, 0], combine("n", "n", fact(0, right="A"))], [[1]]), CertificateError, "is not"),
    "a letter called like a unit vector": (
        certificate("matrix A : 2 x 2\nshow A = A", [combine(2, 2)], [[0]], letters=[["let", "unit.2.1", poly(2, 1)]]),
        CertificateError, "named let.NAME"),
}

# ---- what a certificate is about -----------------------------------------------------------------------

OTHER = certificate("matrix A : n x n\nassume A = 0\nshow A*A = 0", [], [])
HASHES = {
    "its own statement": (HALF, ACCEPTED, ""),
    "the hash of another statement": (with_(HALF, hash=parse("matrix A : n x n\nshow A = A").hash), CertificateError, "hash"),
    "another statement under its hash": (
        with_(HALF, statement=certificate("matrix A : n x n\nassume A*A = 0\nshow A*A = 0", [], [])["statement"]),
        CertificateError, "hash"),
    "no proof": (with_(HALF, claims=[]), CertificateError, "0 proofs for 1 claims"),
    "two proofs of one claim": (with_(HALF, claims=[[1], [1]]), CertificateError, "2 proofs for 1 claims"),
    "the proof of something else": (with_(HALF, claims=[[0]]), CertificateError, "shows something else"),
    "a step that does not exist": (with_(HALF, claims=[[2]]), InputError, "number of an earlier step"),
    "a step from the end": (with_(HALF, claims=[[-1]]), InputError, "number of an earlier step"),
    "a step by a boolean": (with_(HALF, claims=[[True]]), InputError, "expected an integer"),
    "a step that names itself": (with_(HALF, steps=[*HALF["steps"], ["trace", 2]]), InputError, "number of an earlier step"),
}

TABLES = {"sizes": SIZES, "guards": GUARDS, "squares": SQUARES_, "letters": LETTERS, "central": CENTRAL,
          "instances": INSTANCES, "named": NAMED, "units": UNITS, "hashes": HASHES}
ROWS = [pytest.param(*row, id=f"{table}: {name}") for table, rows in TABLES.items() for name, row in rows.items()]


@pytest.mark.parametrize(("data", "expected", "message"), ROWS)
def test_pair(data: dict[str, Any], expected: Any, message: str) -> None:
    before = copy.deepcopy(data)
    if expected == ACCEPTED:
        assert replay(data).statement.hash == data["hash"]
    else:
        with pytest.raises(expected) as caught:
            replay(data)
        assert type(caught.value) is expected
        assert message in str(caught.value)
    assert data == before  # replay does not touch its input
