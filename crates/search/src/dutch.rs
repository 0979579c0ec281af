//! The analysis of Dutch text: from a text to the words under which it is found.
//!
//! Every text is indexed in two forms. The *exact* form is the word without capitals and accents
//! ("Financiën" is "financien"); phrases and prefixes are searched in it. The *stemmed* form is the
//! stem of the exact form ("moties" is "motie"), and if the word is a compound also the stems of its
//! parts ("huurprijzen" is "huurprijs", and "huur" and "prijs"); loose words are searched in it. No word
//! is left out for being common, because a phrase may contain it.
//!
//! What joins the letters and digits of one word, beyond their being adjacent:
//!
//! | in the text | words | because |
//! |---|---|---|
//! | A.W.R., p.o. | awr, po | initials are one word, with or without dots |
//! | 1.000.000 | 1000000 | dots may group digits by three |
//! | 36 800 | 36800 | the House prints its dossier numbers with a space |
//! | foto's | foto's | an apostrophe before a final s only spells the plural |
//! | F-35, wiskunde-onderwijs | f, 35 *and* f35 | a hyphen may be written or not |
//! | zo'n, tweedekamer.nl, en/of | zo, n; … | anything else separates |
//!
//! A hyphenated word thus takes as many positions as it has parts, so that phrases run on through
//! it; the word written as one stands at the position of the first part. Of more than two parts, each
//! two neighbours are also written as one.
//!
//! Known limits. Inside a phrase, "F35" does not find "F-35", whose parts take two positions. For the
//! limits of the stems, see [`stem`](crate::stem); for those of compounds,
//! [`compound`](crate::compound).

use std::collections::VecDeque;

use tantivy::tokenizer::{
    AsciiFoldingFilter, BoxTokenStream, LowerCaser, TextAnalyzer, Token, TokenStream, Tokenizer,
};

use crate::compound;
use crate::stem::stem;

/// The version of the analysis. An index made by another version would be searched with other words
/// than it was made with, so [`SearchIndex::open`](crate::SearchIndex::open) refuses it.
///
/// To be raised with every change of what `exact` or `stemmed` makes of a text.
pub const ANALYSIS_VERSION: u32 = 2;

/// Longer words are cut here, in the index and in the query alike. They are not words but the debris
/// of tables and addresses, and a term costs memory.
const MAX_WORD_CHARS: usize = 100;

/// The analyser for phrases and prefixes: words without capitals and accents.
pub(crate) fn exact() -> TextAnalyzer {
    // Folding comes first: the lower case of "İ" is an i with a loose dot, which would stay.
    TextAnalyzer::builder(WordTokenizer).filter(AsciiFoldingFilter).filter(LowerCaser).build()
}

/// The analyser for loose words: the stems of the exact forms, and those of the parts of compounds,
/// each [marked](marked) as such.
pub(crate) fn stemmed() -> TextAnalyzer {
    TextAnalyzer::from(StemTokenizer { exact: exact(), mark: MARK })
}

/// The same without the marks: for the field that only tells whether a word is there in any way.
pub(crate) fn any() -> TextAnalyzer {
    TextAnalyzer::from(StemTokenizer { exact: exact(), mark: "" })
}

/// What stands before the stem of a part of a compound. No word contains it.
const MARK: &str = "+";

/// How a stem is indexed if it is that of a part of a compound.
pub(crate) fn marked(stem: &str) -> String {
    format!("{MARK}{stem}")
}

/// Words that say nothing about the subject of a text, those with which people ask among them. Where a query has other words too, these need
/// not be found: nobody looks for the "de" in "de nieuwe wet op de huur".
const FUNCTION_WORDS: &[&str] = &[
    "aan", "al", "als", "bij", "dan", "dat", "de", "den", "der", "deze", "die", "dit", "doen",
    "doet", "door", "een", "en", "er", "gaan", "gaat", "gebeurt", "gestemd", "had", "hadden",
    "heb", "hebben", "heeft", "het", "hij", "hoe", "hoeveel", "ik", "in", "is", "je", "kan",
    "komen", "komt", "kunnen", "men", "met", "moet", "moeten", "naar", "nog", "nu", "of", "om",
    "omtrent", "onder", "ook", "op", "over", "rond", "te", "ten", "ter", "tot", "tussen", "u",
    "uit", "van", "voor", "waar", "waarom", "waarover", "wanneer", "waren", "was", "wat", "we",
    "welk", "welke", "werd", "werden", "wie", "wij", "wil", "worden", "wordt", "ze", "zij", "zijn",
    "zo", "zou", "zouden", "zullen", "zal",
];

/// Whether a word, as the reader wrote it, is one of those that need not be found. In capitals it is an
/// abbreviation ("WAT").
pub(crate) fn is_function_word(word: &str) -> bool {
    let is_abbreviation = word.chars().count() > 1 && !word.chars().any(char::is_lowercase);
    !is_abbreviation && FUNCTION_WORDS.contains(&word.to_lowercase().as_str())
}

/// A name as a whole, in whatever order its words are written: "Nispen van" is "van Nispen". None if it
/// has no word.
pub(crate) fn whole_name(name: &str) -> Option<String> {
    let mut words = readings(&exact(), name).into_iter().next()?;
    words.sort();
    Some(words.join(" "))
}

/// The stems of the parts of a compound in its exact form; none if it is none.
pub(crate) fn part_stems(word: &str) -> Vec<String> {
    compound::split(word).into_iter().map(stem).collect()
}

/// The ways in which `text` can stand in the index, each a sequence of adjacent words: its words
/// one after the other and, if `text` is one hyphenated word, also that word written as one. None
/// if `text` contains no word.
pub(crate) fn readings(analyzer: &TextAnalyzer, text: &str) -> Vec<Vec<String>> {
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(text);
    let mut parts = Vec::new();
    let mut written_as_one = Vec::new();
    while let Some(token) = stream.next() {
        if is_written_as_one(token) {
            written_as_one.push(token.clone());
        } else {
            parts.push(token.text.clone());
        }
    }
    if parts.is_empty() {
        return Vec::new();
    }
    let whole = written_as_one.into_iter().find(|token| token.position_length == parts.len());
    let mut readings = vec![parts];
    readings.extend(whole.map(|token| vec![token.text]));
    readings
}

/// Whether a token is several hyphenated parts written as one, an alternative for them.
pub(crate) fn is_written_as_one(token: &Token) -> bool {
    token.position_length > 1
}

/// Whether words can be made of this character; everything else separates them, or is
/// [invisible](is_invisible). Digits like ² and ½ do not count: they are footnotes more often than
/// numbers.
pub(crate) fn is_word_character(character: char) -> bool {
    character.is_alphabetic() || character.is_ascii_digit()
}

/// If `text` begins with a dossier number as the House prints it, "36 800": the bytes of the two
/// digits, and of the separating space.
pub(crate) fn printed_dossier_number(text: &str) -> Option<(usize, usize)> {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let space =
        text.get(digits..)?.chars().next().filter(|character| is_plain_space(*character))?;
    let after = text.get(digits + space.len_utf8()..)?;
    let thousand = after.get(..leading_word_bytes(after))?;
    let is_dossier_number = digits == 2 && is_three_digits(thousand);
    is_dossier_number.then_some((digits, space.len_utf8()))
}

/// Cuts a text into words; see the table at the top of this module.
#[derive(Clone)]
struct WordTokenizer;

impl Tokenizer for WordTokenizer {
    type TokenStream<'a> = WordStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> WordStream<'a> {
        WordStream {
            text,
            cursor: 0,
            position: 0,
            current: Token::default(),
            waiting: VecDeque::new(),
        }
    }
}

struct WordStream<'a> {
    text: &'a str,
    /// The byte up to which the text was read.
    cursor: usize,
    /// The position that the next part gets.
    position: usize,
    current: Token,
    /// What was read of the text but not handed out yet: the rest of a hyphenated word.
    waiting: VecDeque<Token>,
}

impl TokenStream for WordStream<'_> {
    fn advance(&mut self) -> bool {
        if self.waiting.is_empty() {
            self.read_hyphenated_word();
        }
        match self.waiting.pop_front() {
            Some(token) => {
                self.current = token;
                true
            }
            None => false,
        }
    }

    fn token(&self) -> &Token {
        &self.current
    }

    fn token_mut(&mut self) -> &mut Token {
        &mut self.current
    }
}

impl<'a> WordStream<'a> {
    fn rest(&self) -> &'a str {
        self.text.get(self.cursor..).unwrap_or_default()
    }

    /// Reads the next word with all its hyphenated parts into `waiting`.
    fn read_hyphenated_word(&mut self) {
        let rest = self.rest();
        self.cursor += rest.find(is_word_character).unwrap_or(rest.len());
        if self.rest().is_empty() {
            return;
        }
        self.read_part();
        while let Some(hyphen_bytes) = hyphen_within_word(self.rest()) {
            self.cursor += hyphen_bytes;
            self.read_part();
        }
        if self.waiting.len() > 1 {
            self.add_words_written_as_one();
        }
    }

    /// Reads one part: letters and digits, and whatever follows that belongs to them.
    fn read_part(&mut self) {
        let start = self.cursor;
        let mut word = String::new();
        self.read_letters_and_digits(&mut word);
        let first_run = word.clone();
        while let Some(separator) = separator_within_part(&first_run, self.rest()) {
            if is_apostrophe(separator) {
                word.push('\'');
            }
            self.cursor += separator.len_utf8();
            self.read_letters_and_digits(&mut word);
        }
        self.waiting.push_back(Token {
            offset_from: start,
            offset_to: self.cursor,
            position: self.position,
            text: cut(word),
            position_length: 1,
        });
        self.position += 1;
    }

    fn read_letters_and_digits(&mut self, word: &mut String) {
        let rest = self.rest();
        let run = rest.get(..leading_word_bytes(rest)).unwrap_or_default();
        word.extend(run.chars().filter(|character| !is_invisible(*character)));
        self.cursor += run.len();
    }

    /// Puts the parts in `waiting` next to what they are when written as one: all of them, and each
    /// two neighbours, so that "F35" finds "F-35-onderdelen".
    fn add_words_written_as_one(&mut self) {
        let parts: Vec<Token> = self.waiting.drain(..).collect();
        for (first, part) in parts.iter().enumerate() {
            // Positions may not go back, so each word stands right behind its first part.
            self.waiting.push_back(part.clone());
            let following = parts.get(first..).unwrap_or_default();
            let neighbours = following.get(..2);
            let whole = (first == 0 && parts.len() > 2).then_some(following);
            let written_as_one = neighbours.into_iter().chain(whole).filter_map(write_as_one);
            self.waiting.extend(written_as_one);
        }
    }
}

fn write_as_one(parts: &[Token]) -> Option<Token> {
    Some(Token {
        offset_from: parts.first()?.offset_from,
        offset_to: parts.last()?.offset_to,
        position: parts.first()?.position,
        text: cut(parts.iter().map(|part| part.text.as_str()).collect()),
        position_length: parts.len(),
    })
}

/// The bytes of the hyphen with which `rest` begins, if the word goes on behind it.
fn hyphen_within_word(rest: &str) -> Option<usize> {
    let mut characters = rest.chars();
    let hyphen =
        characters.next().filter(|first| matches!(first, '-' | '\u{2010}' | '\u{2011}'))?;
    characters.next().filter(|next| is_word_character(*next))?;
    Some(hyphen.len_utf8())
}

/// The separator with which `rest` begins, if what follows it belongs to the part that began with
/// `first_run`.
fn separator_within_part(first_run: &str, rest: &str) -> Option<char> {
    let separator = rest.chars().next()?;
    let after = rest.get(separator.len_utf8()..)?;
    let next_run = after.get(..leading_word_bytes(after))?;
    let belongs = match separator {
        '.' => {
            let goes_on_initials = is_one_letter(first_run) && is_one_letter(next_run);
            let goes_on_number = is_one_to_three_digits(first_run) && is_three_digits(next_run);
            goes_on_initials || goes_on_number
        }
        _ if is_apostrophe(separator) => next_run.eq_ignore_ascii_case("s"),
        _ if is_plain_space(separator) => is_two_digits(first_run) && is_three_digits(next_run),
        _ => false,
    };
    belongs.then_some(separator)
}

/// The length in bytes of the letters and digits with which `text` begins.
fn leading_word_bytes(text: &str) -> usize {
    text.find(|character| !is_word_character(character) && !is_invisible(character))
        .unwrap_or(text.len())
}

/// Characters that show nothing of their own: accents that are written apart from their letter, soft
/// hyphens, zero-width marks. The word goes on as if they were not there.
fn is_invisible(character: char) -> bool {
    matches!(
        character,
        '\u{300}'..='\u{36f}' | '\u{ad}' | '\u{200b}'..='\u{200d}' | '\u{2060}' | '\u{feff}'
    )
}

fn is_plain_space(character: char) -> bool {
    matches!(character, ' ' | '\u{a0}' | '\u{2009}' | '\u{202f}')
}

fn is_apostrophe(character: char) -> bool {
    matches!(character, '\'' | '\u{2019}')
}

fn is_one_letter(run: &str) -> bool {
    let mut characters = run.chars();
    characters.next().is_some_and(char::is_alphabetic) && characters.next().is_none()
}

fn is_one_to_three_digits(run: &str) -> bool {
    (1..=3).contains(&run.len()) && run.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_two_digits(run: &str) -> bool {
    run.len() == 2 && is_one_to_three_digits(run)
}

fn is_three_digits(run: &str) -> bool {
    run.len() == 3 && is_one_to_three_digits(run)
}

fn cut(mut word: String) -> String {
    if let Some((bytes, _)) = word.char_indices().nth(MAX_WORD_CHARS) {
        word.truncate(bytes);
    }
    word
}

/// The exact forms, stemmed, each followed by the stems of its parts if it is a compound.
#[derive(Clone)]
struct StemTokenizer {
    exact: TextAnalyzer,
    mark: &'static str,
}

impl Tokenizer for StemTokenizer {
    type TokenStream<'a> = StemStream<'a>;

    fn token_stream<'a>(&'a mut self, text: &'a str) -> StemStream<'a> {
        StemStream { exact: self.exact.token_stream(text), mark: self.mark, parts: Vec::new() }
    }
}

struct StemStream<'a> {
    exact: BoxTokenStream<'a>,
    mark: &'static str,
    /// The parts of the current word that were not handed out yet, the last first.
    parts: Vec<String>,
}

impl TokenStream for StemStream<'_> {
    fn advance(&mut self) -> bool {
        if let Some(part) = self.parts.pop() {
            self.exact.token_mut().text = format!("{}{part}", self.mark);
            return true;
        }
        if !self.exact.advance() {
            return false;
        }
        let token = self.exact.token_mut();
        // The parts of a hyphenated word are words already.
        if !is_written_as_one(token) {
            self.parts = part_stems(&token.text);
            self.parts.reverse();
        }
        token.text = stem(&token.text);
        true
    }

    fn token(&self) -> &Token {
        self.exact.token()
    }

    fn token_mut(&mut self) -> &mut Token {
        self.exact.token_mut()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The words of `text` with their positions, in one form; "+n" marks those written as one.
    fn words(mut analyzer: TextAnalyzer, text: &str) -> String {
        let mut stream = analyzer.token_stream(text);
        let mut words = Vec::new();
        while let Some(token) = stream.next() {
            let length = token.position_length;
            let mark = if length > 1 { format!("+{length}") } else { String::new() };
            words.push(format!("{}@{}{mark}", token.text, token.position));
        }
        words.join(" ")
    }

    #[test]
    fn capitals_and_accents_fall_away_however_they_are_written() {
        assert_eq!(words(exact(), "Financiën, één İĲ"), "financien@0 een@1 iij@2");
        let accent_apart = "Financie\u{308}n";
        assert_eq!(words(exact(), accent_apart), "financien@0");
        let soft_hyphen = "belasting\u{ad}dienst";
        assert_eq!(words(exact(), soft_hyphen), "belastingdienst@0");
    }

    #[test]
    fn a_hyphenated_word_is_its_parts_and_also_one_word() {
        assert_eq!(words(exact(), "de F-35 kopen"), "de@0 f@1 f35@1+2 35@2 kopen@3");
        let number = "kst-35373-1";
        assert_eq!(
            words(exact(), number),
            "kst@0 kst35373@0+2 kst353731@0+3 35373@1 353731@1+2 1@2"
        );
        assert_eq!(words(exact(), "wiskunde- en taal - of"), "wiskunde@0 en@1 taal@2 of@3");
    }

    #[test]
    fn initials_and_grouped_digits_are_one_word() {
        assert_eq!(words(exact(), "de A.W.R. en p.o."), "de@0 awr@1 en@2 po@3");
        assert_eq!(words(exact(), "€ 1.000.000 (3,5%)"), "1000000@0 3@1 5@2");
        assert_eq!(words(exact(), "2024.001 tweedekamer.nl"), "2024@0 001@1 tweedekamer@2 nl@3");
    }

    #[test]
    fn a_dossier_number_is_one_word_in_print_too() {
        assert_eq!(words(exact(), "36 800-XVI, nr. 2"), "36800@0 36800xvi@0+2 xvi@1 nr@2 2@3");
        assert_eq!(words(exact(), "36\u{a0}800"), "36800@0");
        assert_eq!(words(exact(), "36 8000 en 136 800"), "36@0 8000@1 en@2 136@3 800@4");
        assert_eq!(printed_dossier_number("36 800-XVI"), Some((2, 1)));
        assert_eq!(printed_dossier_number("36 8000"), None);
    }

    #[test]
    fn an_apostrophe_binds_only_a_final_s() {
        assert_eq!(words(exact(), "foto’s zo'n 's-Gravenhage"), {
            "foto's@0 zo@1 n@2 s@3 sgravenhage@3+2 gravenhage@4"
        });
        assert_eq!(words(stemmed(), "foto's pgb's VVD'er"), "foto@0 pgb@1 vvd@2 er@3");
    }

    /// When this fails, an index is searched with other words than it was made with: raise
    /// [`ANALYSIS_VERSION`].
    #[test]
    fn the_stems_of_this_version() {
        let sentence = "verzoekt de regering de gemeentelijke woningbouw te versnellen, het \
                        uitgegeven onderwijsgeld te verantwoorden en de Kamer te informeren";
        assert_eq!(
            words(stemmed(), sentence),
            "verzoek@0 de@1 regering@2 de@3 gemeentelijk@4 woningbouw@5 +woning@5 +bouw@5 te@6 \
             versnel@7 het@8 uitgegef@9 onderwijsgeld@10 +onderwijs@10 +geld@10 te@11 verantwoord@12 \
             en@13 de@14 kamer@15 te@16 informer@17"
        );
        assert_eq!(ANALYSIS_VERSION, 2);
    }

    #[test]
    fn readings_are_the_parts_and_the_whole() {
        assert_eq!(readings(&exact(), "F-35"), [vec!["f", "35"], vec!["f35"]]);
        assert_eq!(readings(&exact(), "en/of-35"), [vec!["en", "of", "35"]]);
        assert_eq!(readings(&stemmed(), "Moties"), [vec!["motie"]]);
        assert!(readings(&exact(), " – ").is_empty());
    }

    #[test]
    fn a_word_without_end_is_cut() {
        assert_eq!(readings(&exact(), &"é".repeat(5_000)), [vec!["e".repeat(MAX_WORD_CHARS)]]);
    }

    proptest! {
        #[test]
        fn any_text_is_cut_into_words_at_rising_positions(text in "\\PC{0,80}") {
            for mut analyzer in [exact(), stemmed(), super::any()] {
                let mut stream = analyzer.token_stream(&text);
                let mut last_position = 0;
                while let Some(token) = stream.next() {
                    prop_assert!(text.get(token.offset_from..token.offset_to).is_some());
                    prop_assert!(token.position >= last_position);
                    last_position = token.position;
                }
            }
        }
    }
}
