//! What a text refers to: documents, zaken and dossiers by number in all their spellings, official
//! publications, laws by article, acts of the European Union, judgments.
//!
//! Only what is certain is a reference: a number without its dossier ("de motie op stuk nr. 12") is
//! not, nor a law that is not in the table. How well this works is measured on passages that were read
//! by hand: `tests/data/references.jsonl`.

mod laws;
mod link;

use std::ops::Range;
use std::sync::LazyLock;

use model::kamerstuk::DossierNummer;
use model::time::MONTHS;
use regex::{Captures, Regex};

pub use laws::Law;
pub use link::{Cited, cited, link, targets};

/// Something that a text refers to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A document, zaak or activiteit by its number (`2023D12345`), or a toezegging (`TZ202504-026`).
    Nummer(String),
    /// A dossier.
    Dossier(DossierNummer),
    /// A paper of a dossier: dossier and number.
    Kamerstuk(DossierNummer, i64),
    /// An official publication by its identifier: `h-tk-20182019-39-33`, `ah-tk-20202021-1234`,
    /// `stb-2023-12`.
    Publication(String),
    /// An article of a law.
    Article(&'static Law, String),
    /// An act of the European Union, by its CELEX number: `32016R0679`.
    Celex(String),
    /// A document of the European Commission: year and number.
    Com(u16, u32),
    /// A judgment of a Dutch court.
    Ecli(String),
}

impl Target {
    /// A text that is the same for the same target, to store and look up.
    pub fn key(&self) -> String {
        match self {
            Self::Nummer(nummer) | Self::Publication(nummer) | Self::Ecli(nummer) => nummer.clone(),
            Self::Dossier(dossier) => format!("dossier:{dossier}"),
            Self::Kamerstuk(dossier, nummer) => format!("kst:{dossier}-{nummer}"),
            Self::Article(law, article) => format!("wet:{}:{article}", law.name),
            Self::Celex(celex) => format!("eu:{celex}"),
            Self::Com(year, number) => format!("com:{year}-{number}"),
        }
    }

    /// Where it stands outside, at whoever publishes it officially; none for what only the House has.
    pub fn official(&self) -> Option<String> {
        const PUBLICATIONS: &str = "https://zoek.officielebekendmakingen.nl";
        Some(match self {
            Self::Nummer(_) => return None,
            Self::Dossier(dossier) => format!("{PUBLICATIONS}/dossier/{}", published(dossier)),
            Self::Kamerstuk(dossier, nummer) => {
                format!("{PUBLICATIONS}/kst-{}-{nummer}.html", published(dossier))
            }
            Self::Publication(identifier) => format!("{PUBLICATIONS}/{identifier}.html"),
            Self::Article(law, article) => {
                format!("https://wetten.overheid.nl/jci1.3:c:{}&artikel={article}", law.bwb)
            }
            Self::Celex(celex) => {
                format!("https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=CELEX:{celex}")
            }
            Self::Com(year, number) => {
                let number = format!("{number:04}");
                format!(
                    "https://eur-lex.europa.eu/legal-content/NL/TXT/?uri=COM:{year}:{number}:FIN"
                )
            }
            Self::Ecli(ecli) => format!("https://uitspraken.rechtspraak.nl/details?id={ecli}"),
        })
    }
}

/// A dossier as the official publications write it: without the number of a kingdom act.
fn published(dossier: &DossierNummer) -> String {
    match dossier.toevoeging.as_deref() {
        Some(toevoeging) if toevoeging.starts_with("(R") => dossier.nummer.to_string(),
        _ => dossier.to_string(),
    }
}

/// A reference in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Its place, in bytes.
    pub range: Range<usize>,
    /// What it refers to.
    pub target: Target,
}

/// A way in which references are written.
struct Pattern {
    regex: Regex,
    read: Read,
}

/// Makes references of what a pattern found.
type Read = fn(&Captures<'_>, &mut Vec<Reference>);

/// White space within a reference; the House uses several kinds.
const S: &str = r"[ \u{a0}\u{2009}\u{202f}]";
/// A hyphen, as it is written and as it is printed.
const H: &str = r"[-–‑]";
/// The number of a dossier with its addition; two groups.
fn dossier() -> String {
    // Of the additions that are numbers only those of 21501 are certain: elsewhere "36725-25" is
    // number 25.
    format!(
        r"(?:({NUMBER_21501}{H}\d\d)|(\d\d(?:{S}|\.)?\d{{3}})(?:(?:{H}|{S})?{S}?((?:[IVXLC]{{1,6}}[A-E]?|[A-Z])\b|\(R{S}?\d{{4}}\)))?)",
        NUMBER_21501 = format_args!("21{S}?501"),
    )
}
/// "Kamerstuk", "Kamerstukken II 2020/21,".
fn kamerstuk() -> String {
    format!(
        r"[Kk]amerstuk(?:ken)?(?:{S}(?:II|TK))?[:,]?{S}(?:(?:vergaderjaar{S})?\d{{4}}(?:{H}|/)\d{{2,4}},?{S})?"
    )
}
const NR: &str = r"(?:nrs?|nummers?|no)\b\.?";
/// More numbers after the first: ", 12 en 13".
fn more_numbers() -> String {
    format!(r"((?:(?:,{S}?|{S}(?:en|t/m){S})\d{{1,4}})*)")
}
/// An article: 5, 40a, 2.1, 7:2, 1.2.1.
const ARTICLE: &str = r"\d+[a-z]{0,3}(?:[.:]\d+[a-z]{0,2})*";
/// The year of a meeting, as in 2018/19, 2018-2019.
fn year() -> String {
    format!(r"(\d{{4}})(?:{H}|/)(\d{{2,4}})")
}

/// The first pattern that matches at a place is the one that counts; of those that begin at the same
/// place, the longest.
static PATTERNS: LazyLock<Vec<Pattern>> = LazyLock::new(|| {
    let (dossier, kamerstuk, more, year) = (dossier(), kamerstuk(), more_numbers(), year());
    let all_laws = law_names();
    let patterns: Vec<(String, Read)> = vec![
        // 36 800-XVI, nr. 12; Kamerstukken II 2020/21, 35 570, nr. 2; 35 334, nrs. 383, 348 en 309
        (
            format!(r"(?:{kamerstuk})?{dossier},?{S}?(?:stuk{S})?{NR}{S}?(\d{{1,4}}){more}"),
            numbers_after_dossier,
        ),
        // 31 293 en 31 289, nr. 653: a paper of two dossiers is numbered in the first.
        (
            format!(
                r"(?:{kamerstuk})?{dossier}(?:{S}en{S}|{S}?/{S}?)\d\d{S}?\d{{3}}(?:{H}[IVXLC]+)?,?{S}?{NR}{S}?(\d{{1,4}})()"
            ),
            numbers_after_dossier,
        ),
        // 36800-XVI-12, kst-36800-XVI-12
        (format!(r"(?:{kamerstuk}|kst-)?{dossier}{H}(\d{{1,4}})()"), numbers_after_dossier),
        // Zij krijgt nr. 456 (36800-XVI); de motie op stuk nr. 24 (36 441)
        (format!(r"(?:stuk{S})?{NR}{S}?(\d{{1,4}}){more}{S}\({dossier}\)"), numbers_before_dossier),
        // (36 675)
        (format!(r"\({dossier}\)"), dossier_in_parentheses),
        // Kamerstuk 36 479; wetsvoorstellen 31815 en 31816
        (
            format!(
                r"(?:{kamerstuk}|(?:wetsvoorstel(?:len)?|dossiers?|[Bb]ij|stukken|moties?){S}){dossier}((?:(?:,{S}|{S}en{S})\d{{5}})*)"
            ),
            dossiers_after_word,
        ),
        // 36 512 Wijziging van …, at the beginning of a title; " - 31818 Aanmelden"
        (format!(r"(?:^|{S}{H}{S}){dossier}(?:{S}[A-Z]|,{S}[a-z]|$)"), dossier_at_start),
        (r"\b(20[0-3]\d[ADZ]\d{5})\b".to_owned(), nummer),
        (format!(r"\b(TZ\d{{6}}{H}\d{{3}})\b"), nummer),
        (
            format!(
                r"Handelingen{S}(?:(I{{1,2}}|TK|EK){S})?(?:vergaderjaar{S})?{year},?{S}{NR}{S}?(\d{{1,3}})(?:,{S}item{S}(\d{{1,3}}))?"
            ),
            handelingen,
        ),
        (
            format!(
                r"Aanhangsel{S}(?:van{S}de{S})?(?:der{S})?Handelingen,?{S}(?:(I{{1,2}}|TK|EK),?{S})?(?:vergaderjaar{S})?{year},?{S}{NR}{S}?(\d{{1,5}})"
            ),
            aanhangsel,
        ),
        (r"\b((?:ah-[te]k|h-[te]k|stb|stcrt|trb|blg)-\d[\d-]*\d)\b".to_owned(), publication),
        (
            format!(
                r"\b(Stb|Stcrt|Trb|Staatsblad|Staatscourant|Tractatenblad)\b\.?,?{S}((?:19|20)\d\d),?{S}(?:nr\.?{S})?(\d{{1,5}})\b"
            ),
            journal,
        ),
        (
            format!(
                r"\d{{1,2}}{S}[a-z]+{S}((?:19|20)\d\d),{S}(Staatsblad|Staatscourant|Tractatenblad|Stb\.|Stcrt\.|Trb\.){S}(?:nr\.?{S})(\d{{1,5}})\b"
            ),
            journal_after_date,
        ),
        // Verordening (EU) 2016/679, Verordening (EU) nr. 575/2013, Richtlijn (EU) 2019/1937
        (
            format!(
                r"\b([Vv]erordening|[Rr]ichtlijn|[Bb]esluit){S}(?:nr\.?{S})?\((EU|EG|EEG|Euratom|EU,{S}Euratom)\){S}(nr\.?{S})?(\d{{1,4}})/(\d{{1,4}})\b"
            ),
            european_act,
        ),
        // Richtlijn 2011/83/EU, richtlijn nr. 2019/1024/EU
        (
            format!(r"\b[Rr]ichtlijn{S}(?:nr\.?{S})?(\d{{2}}|\d{{4}})/(\d{{1,4}})/(?:EU|EG|EEG)\b"),
            directive,
        ),
        (format!(r"\bCOM{S}?\(((?:19|20)\d\d)\){S}?(\d{{1,4}})\b"), commission),
        (r"\b(ECLI:NL:[A-Z]{2,8}:\d{4}:[A-Z0-9]+)\b".to_owned(), ecli),
        (articles_of(&all_laws), articles),
        // Crisis- en herstelwet (artikel 1.4)
        (format!(r"\b({all_laws}){S}\(artikel{S}({ARTICLE})"), article_after),
    ];
    patterns
        .into_iter()
        .filter_map(|(regex, read)| {
            // They are fixed, and a test compiles them all.
            Some(Pattern { regex: Regex::new(&regex).ok()?, read })
        })
        .collect()
});

/// All names of all laws, longest first, so that none hides behind a shorter one.
fn law_names() -> String {
    let mut names: Vec<String> = laws::LAWS
        .iter()
        .flat_map(|law| std::iter::once(law.name).chain(law.other.iter().copied()))
        .map(|name| regex::escape(name).replace(' ', S))
        .collect();
    names.sort_by_key(|name| std::cmp::Reverse(name.len()));
    names.join("|")
}

/// "artikel 5.1, tweede lid, onder i, van de Woo", "artikel 1.2.1, lid 2, en in artikel 7.1.3 …".
fn articles_of(laws: &str) -> String {
    let ordinal =
        "eerste|tweede|derde|vierde|vijfde|zesde|zevende|achtste|negende|tiende|elfde|twaalfde";
    let part = format!(
        r"(?:,?{S}(?:(?:{ordinal})(?:{S}(?:en|of|tot{S}en{S}met){S}(?:{ordinal}))?{S}(?:lid|volzin)|(?:lid|leden){S}\d+(?:{S}en{S}\d+)?|onder(?:deel|delen)?{S}[a-z0-9]{{1,2}}°?(?:{S}(?:en|of|tot{S}en{S}met){S}[a-z0-9]{{1,2}}°?)?|sub{S}[a-z0-9]|aanhef(?:{S}en)?))*"
    );
    let one = format!(r"{ARTICLE}{part}");
    format!(
        r"\b[Aa]rtikel(?:en)?{S}({one}(?:(?:,{S}|,?{S}(?:en|of|tot{S}en{S}met|t/m){S})(?:in{S})?(?:artikel{S})?{one})*),?{S}(?:van{S})?(?:(?:de|het){S})?({laws})\b"
    )
}

/// The references in a text, in their order; they do not overlap.
pub fn find(text: &str) -> Vec<Reference> {
    let mut found: Vec<(Range<usize>, usize, Vec<Reference>)> = Vec::new();
    if !text.bytes().any(|byte| byte.is_ascii_digit()) {
        return Vec::new();
    }
    for (rank, pattern) in PATTERNS.iter().enumerate() {
        let mut from = 0;
        while let Some(captures) = pattern.regex.captures_at(text, from) {
            let Some(whole) = captures.get(0) else { break };
            from = whole.end().max(whole.start() + 1);
            while !text.is_char_boundary(from) {
                from += 1;
            }
            let after = text.get(whole.end()..).unwrap_or_default();
            // Of the Caribbean Netherlands: another law.
            if !stands_alone(text, whole.range()) || after.trim_start().starts_with("BES") {
                continue;
            }
            let mut references = Vec::new();
            (pattern.read)(&captures, &mut references);
            if references.len() > 1 && !ends_list(whole.as_str(), after) {
                references.pop();
            }
            if let (Some(first), Some(last)) = (references.first(), references.last()) {
                from = last.range.end;
                found.push((first.range.start..last.range.end, rank, references));
            }
        }
    }
    found.sort_by_key(|(range, rank, _)| (range.start, std::cmp::Reverse(range.end), *rank));
    let mut end = 0;
    let mut references = Vec::new();
    for (range, _, mut own) in found {
        if range.start >= end {
            end = range.end;
            references.append(&mut own);
        }
    }
    references
}

/// The paper in whose place a document came, as its title says: "(t.v.v. 36600-XX-12)", or "ter
/// vervanging van nr. 9" of its own dossier.
pub fn replaced(title: &str, own: Option<&DossierNummer>) -> Option<(DossierNummer, i64)> {
    let (_, named) =
        title.rsplit_once("t.v.v. ").or_else(|| title.rsplit_once("vervanging van "))?;
    if let Some(reference) = find(named).into_iter().find(|reference| reference.range.start == 0) {
        let Target::Kamerstuk(dossier, number) = reference.target else { return None };
        return Some((dossier, number));
    }
    let number =
        named.strip_prefix("nr. ").or_else(|| named.strip_prefix("die gedrukt onder nr. "))?;
    let digits: String = number.chars().take_while(char::is_ascii_digit).collect();
    Some((own?.clone(), digits.parse().ok()?))
}

/// Whether the last number of a list belongs to it, as it does in "nr. 447 en 536." but not in
/// "nr. 37, 20 december" or "nr. 5, 36 410".
fn ends_list(list: &str, after: &str) -> bool {
    let Some(next) = after.strip_prefix([' ', '\u{a0}']) else { return true };
    let word: String = next.chars().take_while(|c| c.is_alphanumeric()).collect();
    let is_plural = ["nrs", "nummers", "stukken", "wetsvoorstellen", "rtikel"];
    let is_plural = is_plural.iter().any(|sign| list.contains(sign));
    !word.starts_with(|c: char| c.is_ascii_digit())
        && !MONTHS.contains(&word.as_str())
        && (is_plural || !word.starts_with(char::is_alphabetic) || list.ends_with(')'))
}

/// Whether a match is not part of a longer word or number.
fn stands_alone(text: &str, range: Range<usize>) -> bool {
    let before = text.get(..range.start).and_then(|before| before.chars().next_back());
    let mut after = text.get(range.end..).unwrap_or_default().chars();
    let joins =
        |c: Option<char>| c.is_some_and(|c| c.is_alphanumeric() || matches!(c, '-' | '–' | '/'));
    let (next, second) = (after.next(), after.next());
    // A hyphen may join a word that goes on ("2023D12345-brief") but not a number.
    let goes_on = match next {
        Some('-' | '–' | '/') => {
            second.is_some_and(|c| c.is_ascii_digit() || c.is_ascii_uppercase())
        }
        Some('.' | ',' | ':') => second.is_some_and(|c| c.is_ascii_digit()),
        Some(c) => c.is_alphanumeric(),
        None => false,
    };
    let begins_with_space =
        text.get(range.clone()).is_some_and(|found| found.starts_with(char::is_whitespace));
    (begins_with_space || !joins(before)) && (!goes_on || ends_with_letter(text, &range))
}

/// A pattern that looks one letter ahead ends within a word; that is as it should be.
fn ends_with_letter(text: &str, range: &Range<usize>) -> bool {
    text.get(range.clone()).is_some_and(|found| found.ends_with(|c: char| c.is_ascii_alphabetic()))
}

/// The dossier in the three groups that begin at `first`.
fn read_dossier(captures: &Captures<'_>, first: usize) -> Option<DossierNummer> {
    if let Some(numbered) = captures.get(first) {
        let digits: String = numbered.as_str().chars().filter(char::is_ascii_digit).collect();
        return Some(DossierNummer::new(21501, digits.get(5..)));
    }
    let digits: String =
        captures.get(first + 1)?.as_str().chars().filter(char::is_ascii_digit).collect();
    let nummer: i64 = digits.parse().ok()?;
    // Papers are numbered through since the nineteenth century; now they are past 36,000.
    if !(10_000..50_000).contains(&nummer) {
        return None;
    }
    let toevoeging = captures.get(first + 2).map(|found| found.as_str());
    let toevoeging =
        toevoeging.map(|text| text.replace([' ', '\u{a0}', '\u{2009}', '\u{202f}'], ""));
    Some(DossierNummer::new(nummer, toevoeging.as_deref()))
}

/// The numbers in the groups `first` and `first + 1`, with their places.
fn read_numbers(captures: &Captures<'_>, first: usize) -> Vec<(i64, Range<usize>)> {
    let mut numbers = Vec::new();
    for group in [first, first + 1] {
        let Some(found) = captures.get(group) else { continue };
        // "21501-02" is a dossier, not number 2 of one.
        let digits = NUMBER.find_iter(found.as_str());
        for digits in digits.filter(|digits| !digits.as_str().starts_with('0')) {
            let range = found.start() + digits.start()..found.start() + digits.end();
            numbers.extend(digits.as_str().parse().ok().map(|number| (number, range)));
        }
    }
    numbers
}

static NUMBER: LazyLock<Regex> = LazyLock::new(|| compiled(r"\d+"));

/// A fixed expression; one that cannot be compiled would find nothing, which a test would notice.
fn compiled(expression: &str) -> Regex {
    Regex::new(expression).unwrap_or_else(|_| {
        #[expect(clippy::unwrap_used, reason = "an empty expression is one")]
        Regex::new("").unwrap()
    })
}

fn numbers_after_dossier(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(dossier) = read_dossier(captures, 1) else { return };
    let Some(whole) = captures.get(0) else { return };
    let mut start = whole.start();
    for (number, range) in read_numbers(captures, 4) {
        let target = Target::Kamerstuk(dossier.clone(), number);
        out.push(Reference { range: start.min(range.start)..range.end, target });
        start = usize::MAX;
    }
}

fn numbers_before_dossier(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(dossier) = read_dossier(captures, 3) else { return };
    let Some(whole) = captures.get(0) else { return };
    let numbers = read_numbers(captures, 1);
    let count = numbers.len();
    for (place, (number, range)) in numbers.into_iter().enumerate() {
        let start = if place == 0 { whole.start() } else { range.start };
        let end = if place + 1 == count { whole.end() } else { range.end };
        out.push(Reference {
            range: start..end,
            target: Target::Kamerstuk(dossier.clone(), number),
        });
    }
}

fn dossier_in_parentheses(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(dossier), Some(whole)) = (read_dossier(captures, 1), captures.get(0)) else { return };
    out.push(Reference {
        range: whole.start() + 1..whole.end() - 1,
        target: Target::Dossier(dossier),
    });
}

fn dossiers_after_word(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(dossier) = read_dossier(captures, 1) else { return };
    let Some(range) = dossier_range(captures) else { return };
    out.push(Reference { range, target: Target::Dossier(dossier) });
    let Some(more) = captures.get(4) else { return };
    for digits in NUMBER.find_iter(more.as_str()) {
        let Ok(nummer) = digits.as_str().parse() else { continue };
        let range = more.start() + digits.start()..more.start() + digits.end();
        let target = Target::Dossier(DossierNummer::new(nummer, None));
        out.push(Reference { range, target });
    }
}

fn dossier_at_start(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(dossier) = read_dossier(captures, 1) else { return };
    let Some(range) = dossier_range(captures) else { return };
    out.push(Reference { range, target: Target::Dossier(dossier) });
}

/// The place of the groups 1 to 3.
fn dossier_range(captures: &Captures<'_>) -> Option<Range<usize>> {
    let start = captures.get(1).or(captures.get(2))?;
    let end = captures.get(3).unwrap_or(start);
    Some(start.start()..end.end())
}

fn nummer(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(found) = captures.get(1) else { return };
    let nummer = found.as_str().replace(['–', '‑'], "-");
    out.push(Reference { range: found.range(), target: Target::Nummer(nummer) });
}

/// "tk" or "ek".
fn house(captures: &Captures<'_>, group: usize) -> &'static str {
    match captures.get(group).map(|found| found.as_str()) {
        Some("I" | "EK") => "ek",
        _ => "tk",
    }
}

/// The year of a meeting in two groups, as identifiers have it: 20182019.
fn meeting_year(captures: &Captures<'_>, first: usize) -> Option<String> {
    let from: u32 = captures.get(first)?.as_str().parse().ok()?;
    let to = captures.get(first + 1)?.as_str();
    let to: u32 = match to.len() {
        2 => from / 100 * 100 + to.parse::<u32>().ok()?,
        4 => to.parse().ok()?,
        _ => return None,
    };
    // 1999/00
    let to = if to < from { to + 100 } else { to };
    (to == from + 1).then(|| format!("{from}{to}"))
}

fn handelingen(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(year)) = (captures.get(0), meeting_year(captures, 2)) else { return };
    let Some(number) = captures.get(4) else { return };
    let mut identifier = format!("h-{}-{year}-{}", house(captures, 1), number.as_str());
    if let Some(item) = captures.get(5) {
        identifier.push('-');
        identifier.push_str(item.as_str());
    }
    out.push(Reference { range: whole.range(), target: Target::Publication(identifier) });
}

fn aanhangsel(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(year)) = (captures.get(0), meeting_year(captures, 2)) else { return };
    let Some(number) = captures.get(4) else { return };
    let identifier = format!("ah-{}-{year}-{}", house(captures, 1), number.as_str());
    out.push(Reference { range: whole.range(), target: Target::Publication(identifier) });
}

fn publication(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(found) = captures.get(1) else { return };
    let target = Target::Publication(found.as_str().to_owned());
    out.push(Reference { range: found.range(), target });
}

fn journal_identifier(name: &str, year: &str, number: &str) -> String {
    let name = match name.trim_end_matches('.') {
        "Stb" | "Staatsblad" => "stb",
        "Stcrt" | "Staatscourant" => "stcrt",
        _ => "trb",
    };
    format!("{name}-{year}-{number}")
}

fn journal(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { return };
    let (Some(year), Some(number)) = (captures.get(2), captures.get(3)) else { return };
    let identifier = journal_identifier(name.as_str(), year.as_str(), number.as_str());
    out.push(Reference { range: whole.range(), target: Target::Publication(identifier) });
}

fn journal_after_date(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(year), Some(name)) = (captures.get(1), captures.get(2)) else { return };
    let Some(number) = captures.get(3) else { return };
    let identifier = journal_identifier(name.as_str(), year.as_str(), number.as_str());
    out.push(Reference {
        range: name.start()..number.end(),
        target: Target::Publication(identifier),
    });
}

fn european_act(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(kind)) = (captures.get(0), captures.get(1)) else { return };
    let (Some(first), Some(second)) = (captures.get(4), captures.get(5)) else { return };
    let (first, second) = (first.as_str(), second.as_str());
    let is_numbered = captures.get(3).is_some();
    let letter = match kind.as_str().chars().next() {
        Some('V' | 'v') => 'R',
        Some('R' | 'r') => 'L',
        _ => 'D',
    };
    // Since 2015 the year comes first. Before, regulations had their number first, after "nr.".
    let is_new = first.len() == 4 && !is_numbered && first >= "2015";
    let (year, number) = if is_new || letter != 'R' { (first, second) } else { (second, first) };
    if let Some(celex) = celex(letter, year, number) {
        out.push(Reference { range: whole.range(), target: Target::Celex(celex) });
    }
}

fn directive(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(year)) = (captures.get(0), captures.get(1)) else { return };
    let Some(number) = captures.get(2) else { return };
    if let Some(celex) = celex('L', year.as_str(), number.as_str()) {
        out.push(Reference { range: whole.range(), target: Target::Celex(celex) });
    }
}

fn celex(letter: char, year: &str, number: &str) -> Option<String> {
    let year: u32 = match year.len() {
        2 => 1900 + year.parse::<u32>().ok()?,
        4 => year.parse().ok()?,
        _ => return None,
    };
    let number: u32 = number.parse().ok()?;
    (1952..2100).contains(&year).then(|| format!("3{year}{letter}{number:04}"))
}

fn commission(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(year)) = (captures.get(0), captures.get(1)) else { return };
    let Some(number) = captures.get(2) else { return };
    if let (Ok(year), Ok(number)) = (year.as_str().parse(), number.as_str().parse()) {
        out.push(Reference { range: whole.range(), target: Target::Com(year, number) });
    }
}

fn ecli(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let Some(found) = captures.get(1) else { return };
    let target = Target::Ecli(found.as_str().to_owned());
    out.push(Reference { range: found.range(), target });
}

/// The law of this name.
fn law_called(name: &str) -> Option<&'static Law> {
    let name = name.replace(['\u{a0}', '\u{2009}', '\u{202f}'], " ");
    laws::LAWS.iter().find(|law| law.name == name || law.other.contains(&name.as_str()))
}

/// Within the articles of a law: its articles, as opposed to the numbers of their parts.
static IN_ARTICLES: LazyLock<Regex> = LazyLock::new(|| {
    compiled(&format!(
        r"(?:lid|leden|onder|onderdeel|onderdelen|sub){S}\S+(?:{S}en{S}\d+)?|\b({ARTICLE})\b"
    ))
});

fn articles(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(list)) = (captures.get(0), captures.get(1)) else { return };
    let Some(name) = captures.get(2) else { return };
    let Some(law) = law_called(name.as_str()) else { return };
    let articles: Vec<_> =
        IN_ARTICLES.captures_iter(list.as_str()).filter_map(|found| found.get(1)).collect();
    let count = articles.len();
    for (place, article) in articles.into_iter().enumerate() {
        let start = if place == 0 { whole.start() } else { list.start() + article.start() };
        let is_last = place + 1 == count;
        let end = if is_last { whole.end() } else { list.start() + article.end() };
        let target = Target::Article(law, article.as_str().to_owned());
        out.push(Reference { range: start..end, target });
    }
}

fn article_after(captures: &Captures<'_>, out: &mut Vec<Reference>) {
    let (Some(whole), Some(name)) = (captures.get(0), captures.get(1)) else { return };
    let Some(article) = captures.get(2) else { return };
    let Some(law) = law_called(name.as_str()) else { return };
    let target = Target::Article(law, article.as_str().to_owned());
    out.push(Reference { range: whole.range(), target });
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Keys with the words that they were found in.
    fn found(text: &str) -> Vec<(String, &str)> {
        find(text).into_iter().map(|it| (it.target.key(), &text[it.range])).collect()
    }

    #[track_caller]
    fn assert_finds(text: &str, expected: &[(&str, &str)]) {
        let expected: Vec<_> =
            expected.iter().map(|(key, words)| ((*key).to_owned(), *words)).collect();
        assert_eq!(found(text), expected, "{text}");
    }

    #[test]
    fn every_pattern_and_every_law_is_sound() {
        assert_eq!(PATTERNS.len(), 20);
        for law in laws::LAWS {
            let text = format!("artikel 1 van de {}", law.name);
            assert_eq!(found(&text), [(format!("wet:{}:1", law.name), text.as_str())]);
            assert_eq!(law.bwb.len(), 11, "{}", law.name);
        }
    }

    #[test]
    fn papers_of_the_house_in_all_their_spellings() {
        for text in [
            "36 800-XVI, nr. 12",
            "36\u{a0}800 XVI, nr. 12",
            "36800-XVI-12",
            "Kamerstuk 36800-XVI, nr. 12",
            "Kamerstukken II 2025/26, 36 800-XVI, nr. 12",
            "Kamerstukken, 2025-2026, 36800-XVI, nr. 12",
            "kamerstuk 36 800 XVI nr. 12",
            "kst-36800-XVI-12",
            "nr. 12 (36800-XVI)",
            "stuk nr. 12 (36 800-XVI)",
        ] {
            assert_finds(text, &[("kst:36800-XVI-12", text)]);
        }
        assert_finds(
            "motie-Beckerman c.s. (32820, nr. 258)",
            &[("kst:32820-258", "32820, nr. 258")],
        );
        assert_finds(
            "Zij krijgt nr. 456 (36800-XVI).",
            &[("kst:36800-XVI-456", "nr. 456 (36800-XVI)")],
        );
        assert_finds("(21501–02, nr. 3151)", &[("kst:21501-02-3151", "21501–02, nr. 3151")]);
        assert_finds("36725-K-3", &[("kst:36725-K-3", "36725-K-3")]);
        assert_finds("(36740-IIB, nr. 1)", &[("kst:36740-IIB-1", "36740-IIB, nr. 1")]);
        assert_finds("(36 410A, nr. 33)", &[("kst:36410-A-33", "36 410A, nr. 33")]);
        assert_finds("36 351 (R 2184)", &[("dossier:36351-(R2184)", "36 351 (R 2184)")]);
        assert_finds("34579-(R2076)-1", &[("kst:34579-(R2076)-1", "34579-(R2076)-1")]);
    }

    #[test]
    fn lists_of_numbers() {
        assert_finds(
            "(35 334, nrs. 383, 348 en 309)",
            &[
                ("kst:35334-383", "35 334, nrs. 383"),
                ("kst:35334-348", "348"),
                ("kst:35334-309", "309"),
            ],
        );
        assert_finds(
            "Kamerstuk 33 694, nr. 37, 20 december 2018",
            &[("kst:33694-37", "Kamerstuk 33 694, nr. 37")],
        );
        assert_finds(
            "33 694, nr. 37, 36 410, nr. 5",
            &[("kst:33694-37", "33 694, nr. 37"), ("kst:36410-5", "36 410, nr. 5")],
        );
        assert_finds(
            "de wetsvoorstellen 31815, 31816 en 31840",
            &[("dossier:31815", "31815"), ("dossier:31816", "31816"), ("dossier:31840", "31840")],
        );
    }

    #[test]
    fn official_publications() {
        assert_finds(
            "(Handelingen II 2018/19, nr. 39, item 33)",
            &[("h-tk-20182019-39-33", "Handelingen II 2018/19, nr. 39, item 33")],
        );
        for text in [
            "Aanhangsel van de Handelingen, vergaderjaar 2020-2021, nr. 1234",
            "Aanhangsel Handelingen II 2020/21, nr. 1234",
            "ah-tk-20202021-1234",
        ] {
            assert_finds(text, &[("ah-tk-20202021-1234", text)]);
        }
        assert_finds("Stb. 2023, 12", &[("stb-2023-12", "Stb. 2023, 12")]);
        assert_finds(
            "Handelingen I 1999/00, nr. 4",
            &[("h-ek-19992000-4", "Handelingen I 1999/00, nr. 4")],
        );
        assert_finds("Handelingen II 2018/21, nr. 39", &[]);
    }

    #[test]
    fn acts_of_the_european_union() {
        for (text, celex) in [
            ("Verordening (EU) 2016/679", "eu:32016R0679"),
            ("verordening (EU) nr. 575/2013", "eu:32013R0575"),
            ("Verordening (EG) nr. 1234/2007", "eu:32007R1234"),
            ("Verordening (EEG) nr. 2092/91", "eu:31991R2092"),
            ("Richtlijn 2011/83/EU", "eu:32011L0083"),
            ("Richtlijn 92/43/EEG", "eu:31992L0043"),
            ("richtlijn (EU) 2019/1937", "eu:32019L1937"),
            ("COM(2023) 123", "com:2023-123"),
        ] {
            assert_finds(text, &[(celex, text)]);
        }
        let official = |text: &str| find(text).remove(0).target.official().unwrap();
        assert!(official("Richtlijn 2011/83/EU").ends_with("?uri=CELEX:32011L0083"));
        assert!(official("COM(2023) 123").ends_with("?uri=COM:2023:0123:FIN"));
    }

    #[test]
    fn articles_of_laws() {
        assert_finds(
            "artikel 5.1, tweede lid, onder i, van de Woo",
            &[("wet:Wet open overheid:5.1", "artikel 5.1, tweede lid, onder i, van de Woo")],
        );
        assert_finds(
            "de artikelen 3:2 en 7:2 van de Algemene wet bestuursrecht",
            &[
                ("wet:Algemene wet bestuursrecht:3:2", "artikelen 3:2"),
                ("wet:Algemene wet bestuursrecht:7:2", "7:2 van de Algemene wet bestuursrecht"),
            ],
        );
        assert_finds("artikel 2 van de Wet X, en de Grondwet", &[]);
        assert_finds("artikel 126 van het Wetboek van Strafvordering BES", &[]);
        assert_finds("artikel 2 van het Associatieakkoord", &[]);
    }

    #[test]
    fn a_title_says_what_a_paper_replaces() {
        let own = DossierNummer::new(36800, None);
        let of = |title: &str| replaced(title, Some(&own)).map(|(d, n)| format!("{d} {n}"));
        assert_eq!(
            of("Gewijzigde motie van het lid X (t.v.v. 36600-XX-12)").as_deref(),
            Some("36600-XX 12")
        );
        assert_eq!(
            of("Amendement van het lid X ter vervanging van nr. 9 over Y").as_deref(),
            Some("36800 9")
        );
        assert_eq!(of("Motie over vervanging van de vloot"), None);
        assert_eq!(of("Brief over 36800-12"), None);
    }

    #[test]
    fn what_only_looks_like_a_reference_is_none() {
        for text in [
            "de motie op stuk nr. 12",
            "Postbus 20018, 2500 EA Den Haag",
            "300.000 kilometer",
            "kenmerk 2025-0000395533",
            "tel. 070-3182211",
            "(2025)",
            "99 999, nr. 3",
            "NL12 3456, nr. 2",
            "in 2007-2013 en 36 cent",
        ] {
            assert_finds(text, &[]);
        }
    }
}
