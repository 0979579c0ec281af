"""Makes crates/search/data/parts.txt.zst: the words of which Dutch compounds are made.

    python3 tools/words/make.py WORDS TEXTS... > parts.txt; zstd -19 parts.txt

WORDS is the word list of OpenTaal (/usr/share/dict/dutch of Debian's package wdutch). TEXTS are texts of
the House (here: the 8,041 recorded motions): a word of which they are full counts as a part sooner, and
words that only they have ("kabinet" of "kabinetsappreciatie") can be parts as well.

A word becomes a part if at least three other words can be made with it, as a beginning and as an end
counted apart: "huur" + "prijs", "huur" + "woning". A line is a word and what it can be: "b" a beginning,
"e" an end, and "w" that it is never taken apart itself. Words that are themselves made of two parts are left out, so that each is listed in
its smallest pieces.
"""

import re
import sys
import unicodedata
from collections import Counter

LINKS = ("", "s", "en", "n")
MIN = 3
# Prepositions, prefixes and endings: what follows or precedes them is a word by itself, not a part.
NO_PART = set(
    "aan achter af bij binnen boven buiten door her in langs mee met na naar niet om on ont onder op over "
    "per rond samen te tegen tegenover toe tot tussen uit van ver vol voor voort weg zonder ge be "
    "een het der den des die dat dit als dan nog heid baar lijk loos ing ling isch istisch atie iteit teit sche "
    "schap dom aal eel eur ist iek ier ief ant ent aar ster nis sel tal achtig matig waarts halve zij wij ons "
    "ate are ere ren ten ter tie ens els sen ste ens ers ies den nen gen ren len men ken pen ven zen wen "
    "ander alle wel zo ook hoe wie wat waar daar hier elk ieder goed beter best meer meest "
    "ende eren bare baren schappelijk schappelijke zakelijk zakelijke rijk rijke rijkste heden deels gaand gaande sten "
    "aren natie mini maxi maal male kent kende trans infra pre pro anti".split()
)
# Words that were made of two and mean something of their own: who looks for a rule ("regel") does not want
# every measure ("maatregel"). They are parts as a whole.
WHOLE = set(
    "maatregel maatregelen maatschappij stikstof buitenland binnenland standaard standaarden slachtoffer "
    "slachtoffers ambtenaar ambtenaren kinderen jongeren ouderen huisvesting landbouw besluit besluiten bestuur "
    "voorstel voorstellen overleg onderzoek onderwijs toekomst standpunt werkgever werkgevers werknemer werknemers "
    "draagvlak hoofdstuk handhaving deelname netwerk maatwerk tegelijk vervoer aandacht afspraak afspraken aantal "
    "kamerlid kamerleden voorbeeld inkomen inkomens inkomsten leeftijd plaatsvinden richtlijn richtlijnen "
    "overeenkomst overeenkomsten ziekenhuis ziekenhuizen".split()
)
# Beginnings that are no words by themselves.
BEGINNINGS = {"kinder", "runder"}


def folded(word):
    word = unicodedata.normalize("NFD", word)
    return "".join(c for c in word if not unicodedata.combining(c))


def words_of(path):
    with open(path, encoding="utf-8") as lines:
        return [folded(line.strip()) for line in lines]


listed = {word for word in words_of(sys.argv[1]) if re.fullmatch(r"[a-z]{3,}", word)}
corpus = Counter()
for path in sys.argv[2:]:
    with open(path, encoding="utf-8") as text:
        corpus.update(re.findall(r"[a-z]{3,}", folded(text.read()).lower()))
known = listed | {word for word, count in corpus.items() if count >= 20 and len(word) >= 5}
everything = known | {word for word, count in corpus.items() if count >= 2 and len(word) >= 8}

has_vowel = re.compile(r"[aeiouy]")


def is_in_use(word):
    """Short words are a part by accident too easily: "bes" + "luit". The House must use them."""
    least = 5 if len(word) <= 5 else 2 if len(word) == 6 else 0
    return corpus[word] >= least


usable = {word for word in known if word not in NO_PART and has_vowel.search(word) and len(word) <= 16}
usable = {word for word in usable if is_in_use(word)} | WHOLE | BEGINNINGS


def splits(word):
    for at in range(MIN, len(word) - MIN + 1):
        end = word[at:]
        if end not in usable:
            continue
        for link in LINKS:
            if link and not word[:at].endswith(link):
                continue
            beginning = word[: at - len(link)]
            if len(beginning) >= MIN and beginning in usable:
                yield beginning, end


begins, ends = Counter(), Counter()
for word in everything:
    if len(word) < 7:
        continue
    seen = set(splits(word))
    for beginning, end in seen:
        begins[beginning] += 1
        ends[end] += 1

parts = {}
for word in usable:
    short = len(word) == 3
    need = 12 if short else 3
    kind = ("b" if begins[word] >= need else "") + ("e" if ends[word] >= need else "")
    if kind and not (short and corpus[word] < 20):
        parts[word] = kind


def is_compound(word):
    for at in range(4, len(word) - 3):
        end = word[at:]
        if "e" not in parts.get(end, ""):
            continue
        for link in LINKS:
            if link and not word[:at].endswith(link):
                continue
            beginning = word[: at - len(link)]
            if len(beginning) >= 4 and "b" in parts.get(beginning, ""):
                return True
    return False


for word in sorted(parts.keys() | WHOLE):
    if word in WHOLE:
        print(word, "bew")
    elif len(word) < 8 or not is_compound(word):
        print(word, parts[word])
