//! The queries of readers: what they may write, and how it is read.
//!
//! ```text
//! query       = all { ("OF" | "OR") all }
//! all         = one { ["EN" | "AND"] one }
//! one         = { "-" | "NIET" | "NOT" } (term | field ":" value | near | "(" query ")")
//! term        = word | "=" word | word "*" | '"' words '"'
//! near        = "NEAR(" word word { word } ["," number] ")"
//! field       = the names of Field
//! value       = word | '"' words '"'
//! ```
//!
//! The operators and NEAR are that only in capitals: "of" and "en" are also words. A reader cannot make
//! a mistake here that leaves them with nothing: whatever does not fit is left out, and a [`Notice`]
//! says so, says where, and what was searched instead.
//!
//! `in:titel` says nothing about an item by itself: it makes that all words of the query have to be in
//! the title.

use std::fmt;
use std::iter::Peekable;
use std::ops::Range;
use std::vec::IntoIter;

use crate::calendar;
use crate::dutch::{self, is_word_character};

/// Of a longer query only the beginning is read.
const MAX_QUERY_CHARS: usize = 1_000;
/// Of a query with more words and phrases only the first are used.
const MAX_LEAVES: usize = 60;
/// Parentheses nested deeper than this are left out.
const MAX_DEPTH: usize = 10;
/// With fewer characters before the `*`, half the index would match.
const MIN_PREFIX_CHARS: usize = 2;
/// The most words in one NEAR; the others are left out.
const MAX_NEAR_WORDS: usize = 5;
/// Of more words with a `*` only the first are beginnings: each stands for many words.
const MAX_PREFIXES: usize = 4;
/// How many words may stand between those of a NEAR that does not say.
const DEFAULT_DISTANCE: u32 = 10;
/// How many may at most.
const MAX_DISTANCE: u32 = 100;

/// What a reader asks for. Printing it ([`fmt::Display`], [`Query::describe`]) gives a text that
/// reads as the same query (unless it is itself too long to be read).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Query {
    root: Option<Clause>,
    /// Whether the reader wrote EN, and so wants all words or nothing.
    is_strict: bool,
}

/// A query as it was read, with what the reader should know about that.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parsed {
    /// The query, as good as it could be made.
    pub query: Query,
    /// What could not be read as it was written, in the order in which it was found.
    pub notices: Vec<Notice>,
}

/// Something in a query that was not read as it was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    /// For the reader, in Dutch: what was wrong, and what was searched instead.
    pub message: String,
    /// Where in the text of the query, in bytes.
    pub at: Range<usize>,
}

/// A part of a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Clause {
    /// A word in any of its inflected forms.
    Word(String),
    /// Exactly these words, adjacent and in this order.
    Phrase(String),
    /// This word in exactly this form.
    Exact(String),
    /// Any word that begins like this.
    Prefix(String),
    /// These words, each two with at most so many others between them, in any order.
    Near(Vec<String>, u32),
    /// Items of which a field has this value.
    Field(Field, String),
    /// All of these; two at least.
    All(Vec<Clause>),
    /// At least one of these; two at least.
    Any(Vec<Clause>),
    /// Everything but this, which is not itself a `Not`.
    Not(Box<Clause>),
}

/// What can be asked for by name. Every value is one that was checked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Field {
    Soort,
    Fractie,
    Persoon,
    Indiener,
    Ministerie,
    Commissie,
    Dossier,
    Status,
    /// Where the words have to be; its value is always "titel".
    In,
    /// The first day.
    Van,
    /// The last day.
    Tot,
}

impl Field {
    const ALL: [(Self, &'static str); 11] = [
        (Self::Soort, "soort"),
        (Self::Fractie, "fractie"),
        (Self::Persoon, "persoon"),
        (Self::Indiener, "indiener"),
        (Self::Ministerie, "ministerie"),
        (Self::Commissie, "commissie"),
        (Self::Dossier, "dossier"),
        (Self::Status, "status"),
        (Self::In, "in"),
        (Self::Van, "van"),
        (Self::Tot, "tot"),
    ];

    /// Its name in a query.
    pub(crate) fn name(self) -> &'static str {
        Self::ALL.iter().find(|(field, _)| *field == self).map_or("", |(_, name)| name)
    }

    fn parse(name: &str) -> Option<Self> {
        let name = name.to_lowercase();
        Self::ALL.iter().find(|(_, known)| *known == name).map(|(field, _)| *field)
    }
}

impl Query {
    /// Reads a query. This never fails; see [`Parsed::notices`].
    pub fn parse(text: &str) -> Parsed {
        let mut notices = Notices::default();
        let beginning = cut_to_length(text, &mut notices);
        let symbols = balance(read_symbols(beginning, &mut notices), &mut notices);
        let has_and = symbols.iter().any(|symbol| symbol.sign == Sign::And);
        let mut parser = Parser { symbols: symbols.into_iter().peekable(), notices };
        let root = parser.query();
        let mut notices = parser.notices;
        match &root {
            None if !text.trim().is_empty() => {
                notices
                    .add("In uw zoekvraag staat geen woord waarop ik kan zoeken.", 0..text.len());
            }
            Some(Clause::Field(Field::In, _)) => {
                notices.add("U noemt geen woord dat in de titel moet staan.", 0..text.len())
            }
            Some(Clause::Not(_)) => notices.add(
                "U noemt alleen wat er niet in mag staan; ik heb gezocht naar al het andere.",
                0..text.len(),
            ),
            _ => {}
        }
        let is_strict = has_and && matches!(root, Some(Clause::All(_)));
        Parsed { query: Self { root, is_strict }, notices: notices.list }
    }

    /// Whether it asks for nothing. Nothing is what it then finds.
    pub fn is_empty(&self) -> bool {
        self.root.is_none()
    }

    /// The query in its plainest form.
    pub fn describe(&self) -> String {
        self.to_string()
    }

    pub(crate) fn root(&self) -> Option<&Clause> {
        self.root.as_ref()
    }

    /// This query with another root.
    pub(crate) fn with_root(&self, root: Option<Clause>) -> Self {
        let is_strict = self.is_strict && matches!(root, Some(Clause::All(_)));
        Self { root, is_strict }
    }

    /// The same query for all words or nothing.
    pub fn strict(&self) -> Self {
        let is_strict = matches!(self.root, Some(Clause::All(_)));
        Self { root: self.root.clone(), is_strict }
    }

    /// Whether it is nothing but words, of which some may be missing if need be.
    pub(crate) fn is_plain(&self) -> bool {
        let is_word = |clause: &Clause| matches!(clause, Clause::Word(_));
        !self.is_strict && self.clauses().iter().all(is_word)
    }

    /// What has to be found together: the clauses of an `All`, or the one clause that there is.
    pub(crate) fn clauses(&self) -> &[Clause] {
        match &self.root {
            Some(Clause::All(clauses)) => clauses,
            Some(clause) => std::slice::from_ref(clause),
            None => &[],
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.root {
            Some(Clause::All(clauses)) if self.is_strict => {
                let operands: Vec<String> = clauses.iter().map(Clause::as_operand).collect();
                write!(f, "{}", operands.join(" EN "))
            }
            Some(clause) => write!(f, "{clause}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Clause {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Word(word) => write!(f, "{word}"),
            Self::Phrase(words) => write!(f, "\"{words}\""),
            Self::Exact(word) => write!(f, "={word}"),
            Self::Prefix(beginning) => write!(f, "{beginning}*"),
            Self::Near(words, distance) => write!(f, "NEAR({}, {distance})", words.join(" ")),
            Self::Field(field, value) => {
                let is_plain = !value.contains(|c: char| ends_word(c) || matches!(c, '*'));
                let mark = if is_plain { "" } else { "\"" };
                write!(f, "{}:{mark}{value}{mark}", field.name())
            }
            Self::All(clauses) => write!(f, "{}", join_all(clauses)),
            Self::Any(clauses) => {
                let alternatives: Vec<String> = clauses.iter().map(Self::as_operand).collect();
                write!(f, "{}", alternatives.join(" OF "))
            }
            Self::Not(clause) => write!(f, "-{}", clause.as_operand()),
        }
    }
}

impl Clause {
    fn as_operand(&self) -> String {
        match self {
            Self::All(_) | Self::Any(_) => format!("({self})"),
            _ => self.to_string(),
        }
    }

    fn negated(self) -> Self {
        match self {
            Self::Not(clause) => *clause,
            clause => Self::Not(Box::new(clause)),
        }
    }
}

fn join_all(clauses: &[Clause]) -> String {
    let mut joined = String::new();
    let mut previous = String::new();
    for clause in clauses {
        let operand = clause.as_operand();
        // "12 345" would be read as one dossier number.
        let neighbours = format!("{} {operand}", previous.trim_start_matches('-'));
        let needs_comma = dutch::printed_dossier_number(&neighbours).is_some();
        let separator = match (joined.is_empty(), needs_comma) {
            (true, _) => "",
            (false, true) => ", ",
            (false, false) => " ",
        };
        joined.push_str(separator);
        joined.push_str(&operand);
        previous = operand;
    }
    joined
}

/// The notices so far, each message once: a hostile query would repeat it a thousand times.
#[derive(Default)]
struct Notices {
    list: Vec<Notice>,
}

impl Notices {
    fn add(&mut self, message: &str, at: Range<usize>) {
        if self.list.iter().all(|notice| notice.message != message) {
            self.list.push(Notice { message: message.into(), at });
        }
    }
}

/// A unit of a query's text.
struct Symbol {
    sign: Sign,
    at: Range<usize>,
}

#[derive(PartialEq)]
enum Sign {
    Open,
    Close,
    And,
    Or,
    Not,
    Leaf(Clause),
}

fn cut_to_length<'a>(text: &'a str, notices: &mut Notices) -> &'a str {
    let Some((end, _)) = text.char_indices().nth(MAX_QUERY_CHARS) else { return text };
    notices.add("Uw zoekvraag is te lang; ik heb gezocht op het begin.", end..text.len());
    text.get(..end).unwrap_or_default()
}

fn read_symbols(text: &str, notices: &mut Notices) -> Vec<Symbol> {
    let mut symbols = Vec::new();
    let mut leaves = 0;
    let mut prefixes = 0;
    let mut cursor = 0;
    while let Some(rest) = text.get(cursor..)
        && !rest.is_empty()
    {
        let (sign, length) = read_symbol(rest, cursor, notices);
        let at = cursor..cursor + length;
        cursor = at.end;
        let Some(sign) = sign else { continue };
        leaves += usize::from(matches!(sign, Sign::Leaf(_)));
        let sign = match sign {
            Sign::Leaf(Clause::Prefix(beginning)) => {
                prefixes += 1;
                if prefixes > MAX_PREFIXES {
                    let message = format!(
                        "Uw zoekvraag heeft te veel sterretjes; na de eerste {MAX_PREFIXES} heb ik \
                         gezocht zonder het sterretje."
                    );
                    notices.add(&message, at.clone());
                    Sign::Leaf(loose(beginning))
                } else {
                    Sign::Leaf(Clause::Prefix(beginning))
                }
            }
            sign => sign,
        };
        if leaves > MAX_LEAVES {
            let message = format!(
                "Uw zoekvraag heeft te veel woorden; ik heb gezocht op de eerste {MAX_LEAVES}."
            );
            notices.add(&message, at.start..text.len());
            break;
        }
        symbols.push(Symbol { sign, at });
    }
    symbols
}

/// Reads one symbol, or something that means nothing, and says how many bytes that took: one or more.
fn read_symbol(rest: &str, start: usize, notices: &mut Notices) -> (Option<Sign>, usize) {
    let Some(first) = rest.chars().next() else { return (None, 1) };
    let length = first.len_utf8();
    match first {
        '(' => (Some(Sign::Open), length),
        ')' => (Some(Sign::Close), length),
        '-' => {
            let negates = rest.chars().nth(1).is_some_and(|next| {
                is_word_character(next) || is_quotation_mark(next) || matches!(next, '(' | '=')
            });
            (negates.then_some(Sign::Not), length)
        }
        _ if is_quotation_mark(first) => read_phrase(rest, start, notices),
        _ if ends_word(first) => (None, length),
        // Signs before a word mean nothing, but for "=" and a lonely "*", of which read_word knows.
        '*' if !has_word(rest) => read_word(rest, start, notices),
        _ if !is_word_character(first) && first != '=' => (None, length),
        _ => read_near(rest, start, notices)
            .or_else(|| read_field(rest, start, notices))
            .unwrap_or_else(|| read_word(rest, start, notices)),
    }
}

/// Whether a word follows before the next space.
fn has_word(rest: &str) -> bool {
    rest.chars().take_while(|character| !ends_word(*character)).any(is_word_character)
}

/// Reads `NEAR(a b, 5)`, if that is how `rest` begins.
fn read_near(rest: &str, start: usize, notices: &mut Notices) -> Option<(Option<Sign>, usize)> {
    const NAME: &str = "NEAR(";
    let inside = rest.strip_prefix(NAME)?;
    let end = inside.find(')');
    let at = |length| start..start + length;
    let (inside, length) = match end {
        Some(end) => (inside.get(..end).unwrap_or_default(), NAME.len() + end + 1),
        None => {
            let message = "NEAR( wordt niet gesloten; ik heb dat aan het eind gedaan.";
            notices.add(message, at(rest.len()));
            (inside, rest.len())
        }
    };
    let (words, distance) = match inside.rsplit_once(',') {
        Some((words, number)) => match number.trim().parse::<u32>() {
            Ok(distance) if distance > MAX_DISTANCE => {
                let message = format!(
                    "Bij NEAR mogen hoogstens {MAX_DISTANCE} woorden tussen de woorden staan; \
                     daarmee heb ik gezocht."
                );
                notices.add(&message, at(length));
                (words, MAX_DISTANCE)
            }
            Ok(distance) => (words, distance),
            Err(_) => (inside, DEFAULT_DISTANCE),
        },
        None => (inside, DEFAULT_DISTANCE),
    };
    let mut words: Vec<String> = words.split(|c| !is_within_near(c)).map(trimmed).collect();
    words.retain(|word| !word.is_empty());
    if words.len() > MAX_NEAR_WORDS {
        let message = format!(
            "Bij NEAR kunnen hoogstens {MAX_NEAR_WORDS} woorden staan; ik heb gezocht op de eerste."
        );
        notices.add(&message, at(length));
        words.truncate(MAX_NEAR_WORDS);
    }
    let sign = match words.len() {
        0 => {
            notices.add("Bij NEAR ontbreken woorden; ik heb het overgeslagen.", at(length));
            None
        }
        1 => {
            let message = "Bij NEAR zijn minstens twee woorden nodig; ik heb gezocht op het ene.";
            notices.add(message, at(length));
            words.pop().map(|word| Sign::Leaf(loose(word)))
        }
        _ => Some(Sign::Leaf(Clause::Near(words, distance))),
    };
    Some((sign, length))
}

fn is_within_near(character: char) -> bool {
    is_word_character(character) || matches!(character, '-' | '\'' | '’' | '.')
}

/// The word without the signs around it.
fn trimmed(word: &str) -> String {
    word.trim_matches(|character| !is_word_character(character)).to_owned()
}

/// Reads `fractie:SP` or `indiener:"van Nispen"`, if that is how `rest` begins.
fn read_field(rest: &str, start: usize, notices: &mut Notices) -> Option<(Option<Sign>, usize)> {
    let (name, behind) = rest.split_once(':')?;
    let is_name = !name.is_empty() && name.chars().all(char::is_alphabetic);
    if !is_name {
        return None;
    }
    let Some(field) = Field::parse(name) else {
        // "https://…" and "Kamer:" mean no field; "partij:SP" does.
        if behind.starts_with(|next| is_word_character(next) || is_quotation_mark(next)) {
            let message = format!(
                "“{name}:” ken ik niet; ik heb gezocht op de woorden. U kunt kiezen uit soort:, \
                 fractie:, persoon:, indiener:, ministerie:, commissie:, dossier:, status:, in:, \
                 van: en tot:."
            );
            notices.add(&message, start..start + name.len() + 1);
        }
        return None;
    };
    let name_length = name.len() + 1;
    let spaces = behind.len() - behind.trim_start_matches(' ').len();
    let behind = behind.trim_start_matches(' ');
    let (value, value_length) = match behind.chars().next() {
        Some(mark) if is_quotation_mark(mark) => {
            let inside = behind.get(mark.len_utf8()..).unwrap_or_default();
            let end = inside.find(is_quotation_mark).unwrap_or(inside.len());
            let closing = inside.get(end..).and_then(|it| it.chars().next());
            let length = mark.len_utf8() + end + closing.map_or(0, char::len_utf8);
            (inside.get(..end).unwrap_or_default(), length)
        }
        _ => {
            let (digits, space) = dutch::printed_dossier_number(behind).unwrap_or((0, 0));
            let from = digits + space;
            let rest = behind.get(from..).unwrap_or_default();
            let end = from + rest.find(ends_word).unwrap_or(rest.len());
            (behind.get(..end).unwrap_or_default(), end)
        }
    };
    let length = name_length + spaces + value_length;
    let at = start..start + length;
    let is_space = |character: char| character.is_whitespace() || character.is_control();
    let value = value.replace('*', " ");
    let words: Vec<&str> = value.split(is_space).filter(|word| !word.is_empty()).collect();
    let value = words.join(" ");
    if !value.contains(is_word_character) {
        let message =
            format!("Achter “{name}:” ontbreekt waarop ik moet zoeken; ik heb het overgeslagen.");
        notices.add(&message, at.clone());
        return Some((None, length));
    }
    let is_wrong = match field {
        Field::Van | Field::Tot => calendar::period(&value).is_none().then(|| {
            format!(
                "“{value}” is geen datum; ik heb “{name}:” overgeslagen. Schrijf bijvoorbeeld \
                 {name}:2024-06-30, {name}:2024-06 of {name}:2024."
            )
        }),
        Field::In => (!value.eq_ignore_ascii_case("titel")).then(|| {
            format!("“in:{value}” ken ik niet; ik heb overal gezocht. Wat wel kan is in:titel.")
        }),
        _ => None,
    };
    if let Some(message) = is_wrong {
        notices.add(&message, at);
        return Some((None, length));
    }
    let value = if field == Field::In { "titel".to_owned() } else { value };
    Some((Some(Sign::Leaf(Clause::Field(field, value))), length))
}

fn read_phrase(rest: &str, start: usize, notices: &mut Notices) -> (Option<Sign>, usize) {
    let mark = rest.chars().next().map_or(0, char::len_utf8);
    let inside = rest.get(mark..).unwrap_or_default();
    let Some(end) = inside.find(is_quotation_mark) else {
        notices.add(
            "Er staat een aanhalingsteken te veel; ik heb gezocht op de losse woorden.",
            start..start + mark,
        );
        return (None, mark);
    };
    let (words, closing) = inside.split_at(end);
    let length = mark + end + closing.chars().next().map_or(0, char::len_utf8);
    if !words.contains(is_word_character) {
        return (None, length);
    }
    let is_space = |character: char| character.is_whitespace() || character.is_control();
    let words: Vec<&str> = words.split(is_space).filter(|word| !word.is_empty()).collect();
    (Some(Sign::Leaf(Clause::Phrase(words.join(" ")))), length)
}

fn read_word(rest: &str, start: usize, notices: &mut Notices) -> (Option<Sign>, usize) {
    let (dossier_digits, space) = dutch::printed_dossier_number(rest).unwrap_or((0, 0));
    let behind_space = dossier_digits + space;
    let end = rest.get(behind_space..).and_then(|rest| rest.find(ends_word));
    let length = end.map_or(rest.len(), |end| behind_space + end);
    let at = start..start + length;

    let written = rest.get(..length).unwrap_or_default();
    let mut word = written.trim_matches(|character| !is_word_character(character)).to_owned();
    if word.is_empty() {
        if written.contains('*') {
            notices.add("Voor een sterretje ontbreekt een woord; ik heb het overgeslagen.", at);
        }
        return (None, length);
    }
    let is_prefix = written.contains(&format!("{word}*"));
    let is_exact = written.starts_with('=');
    if space > 0 {
        word.replace_range(dossier_digits..behind_space, "");
    }
    if word.contains('*') {
        let message = "Een sterretje werkt alleen aan het eind van een woord; een ander sterretje \
                       heb ik gelezen als een spatie.";
        notices.add(message, at.clone());
    }
    let sign = match word.as_str() {
        _ if is_prefix => Sign::Leaf(prefix(word, at, notices)),
        _ if is_exact => Sign::Leaf(Clause::Exact(word)),
        "EN" | "AND" => Sign::And,
        "OF" | "OR" => Sign::Or,
        "NIET" | "NOT" => Sign::Not,
        _ => Sign::Leaf(Clause::Word(word)),
    };
    (Some(sign), length)
}

fn prefix(beginning: String, at: Range<usize>, notices: &mut Notices) -> Clause {
    let characters = beginning.chars().filter(|character| is_word_character(*character)).count();
    if characters >= MIN_PREFIX_CHARS {
        return Clause::Prefix(beginning);
    }
    let message = "Voor een sterretje zijn minstens twee letters of cijfers nodig; ik heb gezocht \
                   zonder het sterretje.";
    notices.add(message, at);
    loose(beginning)
}

/// A word that lost what stood around it. It may look like an operator now, and must not be one.
fn loose(word: String) -> Clause {
    let is_operator = matches!(word.as_str(), "EN" | "AND" | "OF" | "OR" | "NIET" | "NOT");
    if is_operator { Clause::Exact(word) } else { Clause::Word(word) }
}

fn is_quotation_mark(character: char) -> bool {
    matches!(character, '"' | '\u{201c}' | '\u{201d}' | '\u{201e}' | '«' | '»')
}

fn ends_word(character: char) -> bool {
    let is_space = character.is_whitespace() || character.is_control();
    is_space || is_quotation_mark(character) || matches!(character, '(' | ')')
}

/// Leaves out the parentheses that have no partner or are nested too deep, and closes those that
/// were left open, so that the parser meets pairs only, and few within each other.
fn balance(symbols: Vec<Symbol>, notices: &mut Notices) -> Vec<Symbol> {
    let mut balanced = Vec::with_capacity(symbols.len());
    let mut open: Vec<Range<usize>> = Vec::new();
    for symbol in symbols {
        let depth_outside = match symbol.sign {
            Sign::Open => {
                open.push(symbol.at.clone());
                open.len() - 1
            }
            Sign::Close if open.is_empty() => {
                let message = "Er staat een haakje sluiten te veel; ik heb het overgeslagen.";
                notices.add(message, symbol.at);
                continue;
            }
            Sign::Close => {
                open.pop();
                open.len()
            }
            _ => 0,
        };
        if depth_outside < MAX_DEPTH {
            balanced.push(symbol);
        } else {
            let message = "Er staan te veel haakjes in elkaar; de binnenste heb ik overgeslagen.";
            notices.add(message, symbol.at);
        }
    }
    if let Some(at) = open.first() {
        let message = "Een haakje wordt niet gesloten; ik heb dat aan het eind gedaan.";
        notices.add(message, at.clone());
    }
    let still_open = open.into_iter().take(MAX_DEPTH);
    balanced.extend(still_open.map(|at| Symbol { sign: Sign::Close, at }));
    balanced
}

/// Reads symbols with balanced parentheses, by recursive descent.
struct Parser {
    symbols: Peekable<IntoIter<Symbol>>,
    notices: Notices,
}

impl Parser {
    fn query(&mut self) -> Option<Clause> {
        let mut alternatives = Vec::new();
        let mut last_operator = None;
        let mut operand_is_missing = false;
        loop {
            match self.all() {
                Some(Clause::Any(nested)) => alternatives.extend(nested),
                Some(clause) => alternatives.push(clause),
                None => operand_is_missing = true,
            }
            match self.take(&Sign::Or) {
                Some(at) => last_operator = Some(at),
                None => break,
            }
        }
        if let Some(at) = last_operator.filter(|_| operand_is_missing) {
            self.notices.add("Bij OF ontbreekt een woord; ik heb OF overgeslagen.", at);
        }
        one_or(alternatives, Clause::Any)
    }

    fn all(&mut self) -> Option<Clause> {
        let mut clauses = Vec::new();
        let mut waiting_operator = None;
        loop {
            match self.symbols.peek().map(|symbol| &symbol.sign) {
                None | Some(Sign::Close | Sign::Or) => break,
                Some(Sign::And) => {
                    let at = self.take(&Sign::And);
                    if clauses.is_empty() || waiting_operator.is_some() {
                        self.and_lacks_operand(at.clone());
                    }
                    waiting_operator = at;
                }
                Some(Sign::Not | Sign::Open | Sign::Leaf(_)) => match self.one() {
                    Some(Clause::All(nested)) => {
                        clauses.extend(nested);
                        waiting_operator = None;
                    }
                    Some(clause) => {
                        clauses.push(clause);
                        waiting_operator = None;
                    }
                    None => {}
                },
            }
        }
        self.and_lacks_operand(waiting_operator);
        one_or(clauses, Clause::All)
    }

    fn one(&mut self) -> Option<Clause> {
        let mut is_negated = false;
        let mut last_negation = None;
        while let Some(at) = self.take(&Sign::Not) {
            is_negated = !is_negated;
            last_negation = Some(at);
        }
        let clause = match self.symbols.peek().map(|symbol| &symbol.sign) {
            Some(Sign::Open) => {
                self.symbols.next();
                let inside = self.query();
                self.take(&Sign::Close);
                inside
            }
            Some(Sign::Leaf(_)) => match self.symbols.next().map(|symbol| symbol.sign) {
                Some(Sign::Leaf(clause)) => Some(clause),
                _ => None,
            },
            _ => None,
        };
        if let (None, Some(at)) = (&clause, last_negation) {
            self.notices.add("Achter NIET ontbreekt een woord; ik heb NIET overgeslagen.", at);
        }
        if is_negated { clause.map(Clause::negated) } else { clause }
    }

    fn and_lacks_operand(&mut self, operator: Option<Range<usize>>) {
        if let Some(at) = operator {
            self.notices.add("Bij EN ontbreekt een woord; ik heb EN overgeslagen.", at);
        }
    }

    /// Takes the next symbol if it is this sign, and says where it stood.
    fn take(&mut self, sign: &Sign) -> Option<Range<usize>> {
        self.symbols.next_if(|symbol| symbol.sign == *sign).map(|symbol| symbol.at)
    }
}

fn one_or(clauses: Vec<Clause>, combine: fn(Vec<Clause>) -> Clause) -> Option<Clause> {
    // Saying a thing twice does not change it.
    let mut different: Vec<Clause> = Vec::with_capacity(clauses.len());
    for clause in clauses {
        if !different.contains(&clause) {
            different.push(clause);
        }
    }
    let mut clauses = different;
    if clauses.len() > 1 { Some(combine(clauses)) } else { clauses.pop() }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// How a query without mistakes is read.
    fn read(text: &str) -> String {
        let parsed = Query::parse(text);
        assert_eq!(parsed.notices, [], "{text}");
        parsed.query.describe()
    }

    /// How a query with mistakes is read, and what the reader is told.
    fn read_with_notices(text: &str) -> (String, Vec<String>) {
        let parsed = Query::parse(text);
        let messages = parsed.notices.into_iter().map(|notice| notice.message);
        (parsed.query.describe(), messages.collect())
    }

    #[test]
    fn words_are_all_required() {
        assert_eq!(read("  stikstof   boeren, "), "stikstof boeren");
        assert_eq!(read("stikstof EN boeren AND natuur"), "stikstof EN boeren EN natuur");
        assert_eq!(read("melk en of niet"), "melk en of niet");
    }

    #[test]
    fn either_binds_looser_than_both() {
        assert_eq!(read("a b OF c"), "(a b) OF c");
        assert_eq!(read("a (b OR c) d"), "a (b OF c) d");
        assert_eq!(read("a OF (b OF c)"), "a OF b OF c");
        assert_eq!(read("((a)) ((b c))"), "a b c");
    }

    #[test]
    fn a_minus_excludes() {
        assert_eq!(read("wet -motie -\"artikel 3\" NIET (a OF b)"), {
            "wet -motie -\"artikel 3\" -(a OF b)"
        });
        assert_eq!(read("wiskunde-onderwijs wet - motie"), "wiskunde-onderwijs wet motie");
        assert_eq!(read("wet NIET NIET motie -(-kamer)"), "wet motie kamer");
    }

    #[test]
    fn phrases_and_prefixes() {
        assert_eq!(read("\"gehoord  de\nberaadslaging\""), "\"gehoord de beraadslaging\"");
        assert_eq!(read("„de Kamer” “de regering”"), "\"de Kamer\" \"de regering\"");
        assert_eq!(read("wiskunde*, EN*"), "wiskunde* EN*");
    }

    #[test]
    fn fields() {
        let query = "soort:motie fractie:SP indiener:\"van Nispen\" dossier:36800 in:titel";
        assert_eq!(read(query), query);
        assert_eq!(read("Fractie:SP -soort: motie"), "fractie:SP -soort:motie");
        assert_eq!(read("dossier:36 800-XVI geld"), "dossier:\"36 800-XVI\" geld");
        assert_eq!(read("van:2024-01-01 tot:2024-06"), "van:2024-01-01 tot:2024-06");
        assert_eq!(read("(fractie:SP OF fractie:CDA) zorg"), "(fractie:SP OF fractie:CDA) zorg");
        // No fields, and no mistakes either.
        assert_eq!(read("12:30 artikel: https://x.nl"), "12:30 artikel https://x.nl");
    }

    #[test]
    fn near_and_exact() {
        assert_eq!(read("NEAR(stikstof boeren, 5) natuur"), "NEAR(stikstof boeren, 5) natuur");
        assert_eq!(read("NEAR(a b)"), "NEAR(a b, 10)");
        assert_eq!(read("=moties =EN"), "=moties =EN");
        assert_eq!(read("near(a b)"), "near a b");
    }

    #[test]
    fn a_printed_dossier_number_is_one_word() {
        assert_eq!(read("36 800-XVI begroting"), "36800-XVI begroting");
        assert_eq!(read("12 EN 345"), "12 EN 345");
        assert_eq!(read("12, 345"), "12, 345");
        assert_eq!(read("12 3456"), "12 3456");
    }

    #[test]
    fn mistakes_are_mended_and_told() {
        let cases = [
            (
                "\"de motie",
                "de motie",
                "Er staat een aanhalingsteken te veel; ik heb gezocht op de losse woorden.",
            ),
            (
                "(a OF b",
                "a OF b",
                "Een haakje wordt niet gesloten; ik heb dat aan het eind gedaan.",
            ),
            ("a) b", "a b", "Er staat een haakje sluiten te veel; ik heb het overgeslagen."),
            ("a OF", "a", "Bij OF ontbreekt een woord; ik heb OF overgeslagen."),
            ("EN a", "a", "Bij EN ontbreekt een woord; ik heb EN overgeslagen."),
            ("a NIET", "a", "Achter NIET ontbreekt een woord; ik heb NIET overgeslagen."),
            ("a *", "a", "Voor een sterretje ontbreekt een woord; ik heb het overgeslagen."),
            (
                "-motie",
                "-motie",
                "U noemt alleen wat er niet in mag staan; ik heb gezocht naar al het andere.",
            ),
            ("😀 &", "", "In uw zoekvraag staat geen woord waarop ik kan zoeken."),
            (
                "zorg van:gisteren",
                "zorg",
                "“gisteren” is geen datum; ik heb “van:” overgeslagen. Schrijf bijvoorbeeld \
                 van:2024-06-30, van:2024-06 of van:2024.",
            ),
            (
                "zorg persoon:",
                "zorg",
                "Achter “persoon:” ontbreekt waarop ik moet zoeken; ik heb het overgeslagen.",
            ),
            (
                "NEAR(zorg)",
                "zorg",
                "Bij NEAR zijn minstens twee woorden nodig; ik heb gezocht op het ene.",
            ),
            (
                "partij:SP",
                "partij:SP",
                "“partij:” ken ik niet; ik heb gezocht op de woorden. U kunt kiezen uit soort:, \
                 fractie:, persoon:, indiener:, ministerie:, commissie:, dossier:, status:, in:, \
                 van: en tot:.",
            ),
        ];
        for (text, described, message) in cases {
            assert_eq!(read_with_notices(text), (described.into(), vec![message.into()]), "{text}");
        }
        let (described, messages) = read_with_notices("a* wis*kunde");
        assert_eq!((described.as_str(), messages.len()), ("a wis*kunde", 2));
    }

    #[test]
    fn signs_before_a_field_mean_nothing() {
        assert_eq!(Query::parse("*,in:titel zorg").query.describe(), "in:titel zorg");
    }

    #[test]
    fn a_notice_says_where() {
        let text = "de \"motie";
        let parsed = Query::parse(text);
        assert_eq!(parsed.notices[0].at, 3..4);
    }

    #[test]
    fn hostile_queries_are_read_too() {
        let thousand = |text: &str| text.repeat(1_000);
        for text in [
            thousand("("),
            thousand(")"),
            thousand("(a "),
            thousand("\""),
            thousand("OF "),
            thousand("NIET "),
            thousand("-"),
            thousand("*"),
            thousand("😀"),
            thousand("\0"),
            thousand("-("),
            thousand("a OF ("),
            thousand("motie moties "),
            thousand("36 800 "),
            "a\0b".into(),
            "\u{202e}motie".into(),
            thousand("é"),
        ] {
            let parsed = Query::parse(&text);
            assert_eq!(Query::parse(&parsed.query.describe()).query, parsed.query);
        }
        assert_eq!(Query::parse(&thousand("(")).query, Query::default());
        assert_eq!(read("a\0b"), "a b");
    }

    /// Pieces of queries in any order, with and without spaces between them.
    fn soup() -> impl Strategy<Value = String> {
        let pieces = prop::sample::select(vec![
            " ",
            "(",
            ")",
            "\"",
            "-",
            "*",
            " OF ",
            " EN ",
            " NIET ",
            "EN",
            "motie",
            "wis*",
            "12",
            " 345",
            "36 800-XVI",
            "F-35",
            "é",
            ",",
            "'s",
            "😀",
            "\0",
            "«",
            "NEAR(",
            "a b, 5)",
            ", 500",
            "=",
            "soort:",
            "fractie:SP ",
            "indiener:\"van Nispen\" ",
            "in:titel ",
            "van:2024-01",
            "tot:",
            "dossier:36 800-XVI",
            ":",
        ]);
        prop::collection::vec(pieces, 0..40).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #[test]
        fn what_is_printed_reads_as_the_same_query(text in prop_oneof![soup(), "\\PC{0,80}"]) {
            let query = Query::parse(&text).query;
            prop_assert_eq!(Query::parse(&query.describe()).query, query);
        }

        #[test]
        fn a_notice_points_into_the_text(text in soup()) {
            for notice in Query::parse(&text).notices {
                prop_assert!(text.get(notice.at).is_some());
            }
        }
    }
}
