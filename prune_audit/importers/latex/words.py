"""What commands of LaTeX print, hide or take, as far as tables of numbers use them."""

import re

SYMBOLS = {
    "pm": "±", "mp": "∓", "times": "×", "cdot": "·", "downarrow": "↓", "uparrow": "↑",
    "Downarrow": "↓", "Uparrow": "↑", "searrow": "↓", "nearrow": "↑", "rightarrow": "→", "to": "→",
    "leftarrow": "←", "Delta": "Δ", "delta": "δ", "approx": "~", "sim": "~", "simeq": "~",
    "textasciitilde": "~", "geq": "≥", "ge": "≥", "leq": "≤", "le": "≤", "geqslant": "≥",
    "leqslant": "≤", "infty": "∞", "alpha": "α", "beta": "β", "gamma": "γ", "lambda": "λ",
    "mu": "μ", "sigma": "σ", "theta": "θ", "epsilon": "ε", "rho": "ρ", "tau": "τ", "eta": "η",
    "ell": "ℓ", "dag": "†", "dagger": "†", "ddag": "‡", "ddagger": "‡", "ast": "*", "star": "⋆",
    "S": "§", "P": "¶", "sharp": "♯", "checkmark": "✓", "cmark": "✓", "xmark": "✗",
    "textendash": "–", "textemdash": "—", "textminus": "−", "textpm": "±", "texttimes": "×",
    "textdagger": "†", "textdaggerdbl": "‡", "textasteriskcentered": "*", "slash": "/",
    "textbar": "|", "vert": "|", "mid": "|", "textless": "<", "textgreater": ">", "lt": "<",
    "gt": ">", "ldots": "…", "dots": "…", "quad": " ", "qquad": " ", "enspace": " ", "newline": " ",
    "enskip": " ", "thinspace": "\u2009", "textunderscore": "_", "textbackslash": "\\", "ss": "ß",
    "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "aa": "å", "AA": "Å", "i": "i",
    "j": "j", "percent": "%", "textpercent": "%", "degree": "°",
}  # fmt: skip

SIGNS = {
    ",": "\u2009", ";": " ", ":": " ", ">": " ", " ": " ", "\n": " ", "\t": " ", "!": "", "/": "",
    "-": "", "@": "", "\\": " ", "(": "", ")": "",
}  # fmt: skip
"""Of one character behind the backslash; any other prints itself, as in ``\\%``."""

ACCENTS = {
    "'": "\u0301", "`": "\u0300", "^": "\u0302", '"': "\u0308", "~": "\u0303", "=": "\u0304",
    ".": "\u0307", "c": "\u0327", "v": "\u030c", "u": "\u0306", "H": "\u030b", "r": "\u030a",
    "k": "\u0328",
}  # fmt: skip

BOLD = frozenset(("textbf", "mathbf", "boldsymbol", "bm", "pmb", "B"))
"""Their argument is printed in bold."""

BOLD_FROM_HERE = frozenset(("bf", "bfseries", "boldmath"))

HIDDEN = {
    "textcolor": 1, "color": 1, "cellcolor": 1, "rowcolor": 1, "colorbox": 1, "multirow": 2,
    "multicolumn": 2, "rotatebox": 1, "scalebox": 1, "resizebox": 2, "raisebox": 1, "href": 1,
    "hspace": 1, "vspace": 1, "label": 1, "ref": 1, "fontsize": 2, "phantom": 1, "hphantom": 1,
    "vphantom": 1, "rule": 2, "footnotetext": 1, "begin": 1, "end": 1, "vspace*": 1, "hspace*": 1,
    "multirow*": 2, "cline": 1, "parbox": 1, "fontseries": 1, "fontshape": 1,
}  # fmt: skip
"""Commands with as many arguments that print nothing; what follows these is printed."""

MARKS = frozenset(("footnote", "footnotemark", "tnote", "textsuperscript", "tablefootnote"))

PLAIN = frozenset(
    (
        "textit", "emph", "underline", "uline", "text", "textrm", "textsf", "texttt", "textsc",
        "textup", "textmd", "textnormal", "mathrm", "mathit", "mathsf", "mathtt", "mathcal", "mbox",
        "hbox", "fbox", "ensuremath", "operatorname", "small", "footnotesize", "scriptsize", "tiny",
        "normalsize", "large", "Large", "centering", "raggedright", "raggedleft", "it", "em", "rm",
        "sc", "sf", "tt", "itshape", "upshape", "scshape", "sffamily", "ttfamily", "rmfamily",
        "mdseries", "normalfont", "selectfont", "xspace", "hfill", "hfil", "noindent", "left",
        "right", "big", "Big", "displaystyle", "textstyle", "scriptstyle", "relax", "protect",
        "makecell", "shortstack", "thead", "tabincell", "specialcell", "num", "ul", "unboldmath",
        "leavevmode", "strut", "arraybackslash", "limits", "nolimits", "bigstrut", "Tstrut",
        "Bstrut", "textlf", "smash", "url", "path", "bigl", "bigr", "Bigl", "Bigr", "nobreak",
    )
)  # fmt: skip
"""Change the look alone; what they are given is printed."""

CITES = re.compile(r"(?:paren|text|foot|auto|full)?cite[a-zA-Z]*\*?|citep|citet", re.IGNORECASE)
