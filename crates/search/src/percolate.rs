//! Searches held against new items: the other way round from the index, which holds items against a
//! search.
//!
//! Many searches are kept and few items come, so what a search asks is worked out once, and its words
//! become numbers. The searches are indexed, each under the words of which an item must have one at least
//! for the search to find it. Those that come into question are decided by looking which words the item
//! has, and where; only for what is left (words near each other, names in a field, words in the title) a
//! small index of the item alone is made, and asked as the large one would be.

use std::collections::{BTreeSet, HashMap, HashSet};

use tantivy::Index;
use tantivy::collector::Count;
use tantivy::directory::RamDirectory;
use tantivy::tokenizer::TextAnalyzer;

use crate::answer::filtered;
use crate::index::document;
use crate::lookup::{Lookup, Lookups};
use crate::query::{Clause, Field};
use crate::schema::{self, Facet};
use crate::stem::stem;
use crate::translation::{Translation, required};
use crate::{Filters, Item, Label, Query, Result, calendar, dutch};

/// Memory for the index of one item, in bytes.
const MEMORY: usize = 15_000_000;

/// Between the last word of one text and the first of another: no phrase goes from one to the other.
const GAP: usize = 100;

/// Searches that are kept to be held against new items. A search finds what [`SearchIndex::search`]
/// finds for all of its words, and never what has some of them only.
///
/// [`SearchIndex::search`]: crate::SearchIndex::search
pub struct Percolator {
    searches: Vec<Kept>,
    /// The numbers of what items may have, as far as a search asks for it.
    numbers: HashMap<Key, u32>,
    /// The places of the searches by the number of what an item must have one of.
    by_number: Vec<Vec<u32>>,
    /// Those for which there is nothing like that.
    others: Vec<u32>,
    lookups: Lookups,
    any: TextAnalyzer,
    exact: TextAnalyzer,
    stemmed: TextAnalyzer,
}

/// A search, and what has to hold for an item to be found by it.
struct Kept {
    query: Query,
    filters: Filters,
    /// None for a search without words, which finds nothing.
    test: Option<Test>,
    /// Whether the words have to be in the title.
    in_title: bool,
}

/// Something that an item has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// A word or a part of one, by its stem.
    Stem(String),
    /// A word in exactly this form.
    Exact(String),
    /// A word of a name in this field.
    Name(Field, String),
    /// This value of a facet.
    Value(Facet, String),
}

/// A clause, with its words as numbers.
enum Test {
    /// One of these ways.
    Ways(Vec<Way>),
    All(Vec<Test>),
    Any(Vec<Test>),
    Not(Box<Test>),
    /// All these words, and near each other, which only the index tells.
    Near(Vec<u32>),
    /// All words of one of these readings in the names of a field; in which order, only the index tells.
    Names(Vec<Vec<u32>>),
    /// A moment from the first and before the second, in microseconds since 1970.
    Within(i64, i64),
    /// Nothing.
    True,
}

/// A way in which a word or phrase can be there.
enum Way {
    Stem(u32),
    /// These words, each behind the other.
    Sequence(Vec<u32>),
    Prefix(String),
}

impl Default for Percolator {
    fn default() -> Self {
        Self {
            searches: Vec::new(),
            numbers: HashMap::new(),
            by_number: Vec::new(),
            others: Vec::new(),
            lookups: Lookups::new(),
            any: dutch::any(),
            exact: dutch::exact(),
            stemmed: dutch::stemmed(),
        }
    }
}

impl Percolator {
    /// Keeps a search, and gives its place: from 0, in the order in which they are added.
    pub fn add(&mut self, query: Query, filters: Filters) -> usize {
        let place = self.searches.len();
        // 4 thousand million searches are more than any memory holds.
        let number = u32::try_from(place).unwrap_or(u32::MAX);
        let keys = query.root().and_then(|root| self.keys(root)).or_else(|| of_filters(&filters));
        match keys {
            Some(keys) => {
                for key in keys {
                    let key = self.number(key);
                    if let Some(places) =
                        usize::try_from(key).ok().and_then(|key| self.by_number.get_mut(key))
                    {
                        places.push(number);
                    }
                }
            }
            None => self.others.push(number),
        }
        let test = query.root().cloned().map(|root| self.test(&root));
        let in_title = is_in_title(&query);
        self.searches.push(Kept { query, filters, test, in_title });
        place
    }

    /// The places of the searches that find an item, in order.
    ///
    /// # Errors
    /// What the index of the item reports.
    pub fn matching(&self, item: &Item) -> Result<Vec<usize>> {
        let had = self.had(item);
        let mut candidates: Vec<u32> = self.others.clone();
        for number in &had.numbers {
            candidates.extend(self.by_number.get(*number).into_iter().flatten());
        }
        candidates.sort_unstable();
        candidates.dedup();
        let mut single = None;
        let mut found = Vec::new();
        for place in candidates.into_iter().filter_map(|number| usize::try_from(number).ok()) {
            let Some(kept) = self.searches.get(place) else { continue };
            let Some(test) = kept.test.as_ref().filter(|_| passes(item, &kept.filters)) else {
                continue;
            };
            let is_found = match had.decide(test, kept.in_title) {
                Some(decided) => decided,
                None => {
                    let index = match &mut single {
                        Some(index) => index,
                        none => none.insert(Single::of(item)?),
                    };
                    index.is_found_by(&kept.query)?
                }
            };
            if is_found {
                found.push(place);
            }
        }
        Ok(found)
    }

    /// The number of something that items may have.
    fn number(&mut self, key: Key) -> u32 {
        let next = u32::try_from(self.by_number.len()).unwrap_or(u32::MAX);
        let number = *self.numbers.entry(key).or_insert(next);
        if number == next {
            self.by_number.push(Vec::new());
        }
        number
    }

    fn exact_numbers(&mut self, words: Vec<String>) -> Vec<u32> {
        words.into_iter().map(|word| self.number(Key::Exact(word))).collect()
    }

    /// What an item must have one of for a clause to hold; none if there is nothing like that.
    fn keys(&self, clause: &Clause) -> Option<BTreeSet<Key>> {
        match clause {
            Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) => {
                let ways = self.lookups.of(clause);
                let keys = ways.into_iter().filter_map(key).collect::<BTreeSet<_>>();
                (!keys.is_empty()).then_some(keys)
            }
            Clause::Near(words, _) => {
                let longest = words.iter().max_by_key(|word| word.len())?;
                let reading = self.lookups.readings(longest).into_iter().next()?;
                Some([longest_of(reading)?].into())
            }
            Clause::All(clauses) => {
                let required = required(clauses);
                let joined = self.lookups.joined(&required);
                let with_joined = required.iter().enumerate().filter_map(|(at, clause)| {
                    let mut keys = self.keys(clause)?;
                    let of_pair = joined.iter().filter(|pair| at == pair.at || at == pair.at + 1);
                    keys.extend(of_pair.map(|pair| Key::Stem(pair.stem.clone())));
                    Some(keys)
                });
                // Few items have a long word.
                with_joined.max_by_key(|keys| keys.iter().map(Key::rarity).min())
            }
            Clause::Any(clauses) => {
                let mut all = BTreeSet::new();
                for clause in clauses {
                    all.extend(self.keys(clause)?);
                }
                Some(all)
            }
            Clause::Field(field, value) => {
                let readings = self.names(*field, value)?;
                let longest = readings.into_iter().map(|words| {
                    let longest = words.into_iter().max_by_key(String::len);
                    longest.map(|word| Key::Name(*field, word))
                });
                longest.collect::<Option<BTreeSet<_>>>().filter(|keys| !keys.is_empty())
            }
            Clause::Prefix(_) | Clause::Not(_) => None,
        }
    }

    /// The words of a name in a field, in each way in which it can be read; none for a field without names.
    fn names(&self, field: Field, value: &str) -> Option<Vec<Vec<String>>> {
        let readings = self.lookups.readings(value);
        match field {
            Field::In | Field::Van | Field::Tot => None,
            Field::Soort => {
                let first = readings.into_iter().take(1);
                Some(first.map(|words| words.iter().map(|word| stem(word)).collect()).collect())
            }
            _ => Some(readings),
        }
    }

    /// What has to hold for a clause.
    fn test(&mut self, clause: &Clause) -> Test {
        match clause {
            Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) | Clause::Prefix(_) => {
                let ways = self.lookups.of(clause).into_iter();
                let ways = ways.filter_map(|way| match way {
                    Lookup::Stem(stem) => Some(Way::Stem(self.number(Key::Stem(stem)))),
                    // `any` has it under the stem.
                    Lookup::Part(_) => None,
                    Lookup::Exact(words) => Some(Way::Sequence(self.exact_numbers(words))),
                    Lookup::Prefix(beginning) => Some(Way::Prefix(beginning)),
                });
                Test::Ways(ways.collect())
            }
            Clause::Near(near, _) => {
                let readings = near.iter();
                let first =
                    readings.filter_map(|word| self.lookups.readings(word).into_iter().next());
                let words = first.flatten().collect();
                Test::Near(self.exact_numbers(words))
            }
            Clause::All(clauses) => {
                let required = required(clauses);
                let joined = self.lookups.joined(&required);
                let parts = required.iter().enumerate().map(|(at, clause)| {
                    let alone = self.test(clause);
                    let of_pair = joined.iter().filter(|pair| at == pair.at || at == pair.at + 1);
                    let ways: Vec<Way> = of_pair
                        .map(|pair| Way::Stem(self.number(Key::Stem(pair.stem.clone()))))
                        .collect();
                    // "Rusland strategie" is also written in one word, which has both.
                    if ways.is_empty() { alone } else { Test::Any(vec![alone, Test::Ways(ways)]) }
                });
                Test::All(parts.collect())
            }
            Clause::Any(clauses) => Test::Any(clauses.iter().map(|it| self.test(it)).collect()),
            Clause::Not(excluded) => Test::Not(Box::new(self.test(excluded))),
            Clause::Field(field, value) => match (self.names(*field, value), field) {
                (Some(readings), _) => {
                    let numbers = readings.into_iter().map(|words| {
                        words.into_iter().map(|word| self.number(Key::Name(*field, word))).collect()
                    });
                    Test::Names(numbers.collect())
                }
                (None, Field::Van) => calendar::period(value)
                    .map_or(Test::True, |(from, _)| Test::Within(calendar::start(from), i64::MAX)),
                (None, Field::Tot) => calendar::period(value)
                    .map_or(Test::True, |(_, until)| Test::Within(i64::MIN, calendar::end(until))),
                (None, _) => Test::True,
            },
        }
    }

    /// What an item has of all that is asked for.
    fn had(&self, item: &Item) -> Had {
        let mut had = Had {
            has: vec![false; self.by_number.len()],
            numbers: Vec::new(),
            positions: HashMap::new(),
            words: HashSet::new(),
            date: item.date.map(|date| date.as_microsecond()),
        };
        let persons = item.personen.iter().map(|person| &person.name);
        let labels = [&item.nummer].into_iter().chain(&item.numbers).chain(&item.names);
        let texts = [&item.title, &item.subject, &item.soort, &item.body];
        let mut begin = 0;
        for text in texts.into_iter().chain(labels).chain(persons) {
            each_word(&self.any, text, |word, _| {
                self.note(&mut had, Key::Stem(word.to_owned()));
            });
            let mut end = begin;
            each_word(&self.exact, text, |word, position| {
                end = begin + position;
                if let Some(number) = self.note(&mut had, Key::Exact(word.to_owned())) {
                    had.positions.entry(number).or_default().push(end);
                }
                if !had.words.contains(word) {
                    had.words.insert(word.to_owned());
                }
            });
            begin = end + GAP;
        }
        let names = |labels: &[Label]| -> Vec<String> {
            let names = labels.iter().flat_map(|it| [&it.name].into_iter().chain(&it.also));
            names.cloned().collect()
        };
        for (field, names) in [
            (Field::Fractie, names(&item.fracties)),
            (Field::Persoon, names(&item.personen)),
            (Field::Indiener, names(&item.indieners)),
            (Field::Ministerie, names(&item.ministeries)),
            (Field::Commissie, names(&item.commissies)),
            (Field::Dossier, names(&item.dossiers)),
            (Field::Status, item.status.clone()),
            (Field::Soort, vec![item.soort.clone(), item.kind.as_str().to_owned()]),
        ] {
            let analyzer = if field == Field::Soort { &self.stemmed } else { &self.exact };
            for name in names {
                each_word(analyzer, &name, |word, _| {
                    self.note(&mut had, Key::Name(field, word.to_owned()));
                });
            }
        }
        for facet in Facet::ALL {
            for value in values(item, facet) {
                self.note(&mut had, Key::Value(facet, value.to_owned()));
            }
        }
        had
    }

    /// Notes that an item has something, if that is asked for; gives its number.
    fn note(&self, had: &mut Had, key: Key) -> Option<u32> {
        let number = *self.numbers.get(&key)?;
        let place = usize::try_from(number).ok()?;
        let has = had.has.get_mut(place)?;
        if !*has {
            *has = true;
            had.numbers.push(place);
        }
        Some(number)
    }
}

fn is_in_title(query: &Query) -> bool {
    query.clauses().iter().any(|clause| matches!(clause, Clause::Field(Field::In, _)))
}

fn key(way: Lookup) -> Option<Key> {
    match way {
        Lookup::Stem(stem) => Some(Key::Stem(stem)),
        Lookup::Exact(words) => longest_of(words),
        Lookup::Part(_) | Lookup::Prefix(_) => None,
    }
}

fn longest_of(words: Vec<String>) -> Option<Key> {
    words.into_iter().max_by_key(String::len).map(Key::Exact)
}

impl Key {
    fn rarity(&self) -> usize {
        match self {
            Self::Stem(word) | Self::Exact(word) => word.len(),
            // Fewer have a party or a kind than one would think, and more than have most words.
            Self::Name(..) => 1,
            Self::Value(..) => usize::MAX,
        }
    }
}

/// What an item must have one of to pass filters, of the facet of which few items have the same value.
fn of_filters(filters: &Filters) -> Option<BTreeSet<Key>> {
    const RAREST_FIRST: [Facet; 7] = [
        Facet::Persoon,
        Facet::Dossier,
        Facet::Commissie,
        Facet::Ministerie,
        Facet::Fractie,
        Facet::Soort,
        Facet::Kind,
    ];
    let (facet, values) =
        RAREST_FIRST.into_iter().find_map(|facet| Some((facet, filters.values.get(&facet)?)))?;
    Some(values.iter().map(|value| Key::Value(facet, value.clone())).collect())
}

/// The values that an item has of a facet.
fn values(item: &Item, facet: Facet) -> Vec<&str> {
    let labels = match facet {
        Facet::Kind => return vec![item.kind.as_str()],
        Facet::Soort => return vec![&item.soort],
        Facet::Fractie => &item.fracties,
        Facet::Persoon => &item.personen,
        Facet::Ministerie => &item.ministeries,
        Facet::Commissie => &item.commissies,
        Facet::Dossier => &item.dossiers,
    };
    labels.iter().map(|label| label.name.as_str()).collect()
}

/// Whether an item is what filters ask for.
fn passes(item: &Item, filters: &Filters) -> bool {
    let has_values = filters.values.iter().all(|(facet, wanted)| {
        values(item, *facet).into_iter().any(|value| wanted.iter().any(|it| it == value))
    });
    let is_within = match item.date.map(|date| date.as_microsecond()) {
        None => filters.from.is_none() && filters.until.is_none(),
        Some(date) => {
            filters.from.is_none_or(|from| date >= calendar::start(from))
                && filters.until.is_none_or(|until| date < calendar::end(until))
        }
    };
    has_values && is_within && filters.page.as_deref().is_none_or(|page| page == item.page())
}

/// What an item has of all that is asked for.
struct Had {
    /// By number.
    has: Vec<bool>,
    /// The numbers of what it has, once each.
    numbers: Vec<usize>,
    /// Where the words in their exact forms are, in rising order.
    positions: HashMap<u32, Vec<usize>>,
    /// The words in their exact forms.
    words: HashSet<String>,
    /// Its moment, in microseconds since 1970.
    date: Option<i64>,
}

impl Had {
    fn has(&self, number: u32) -> bool {
        usize::try_from(number).ok().and_then(|place| self.has.get(place)).is_some_and(|it| *it)
    }

    fn has_all(&self, numbers: &[u32]) -> bool {
        numbers.iter().all(|number| self.has(*number))
    }

    /// Whether words stand there each behind the other.
    fn has_sequence(&self, words: &[u32]) -> bool {
        let [first, others @ ..] = words else { return false };
        if others.is_empty() || !self.has_all(words) {
            return self.has_all(words);
        }
        let at = |word: &u32, position: usize| {
            let positions = self.positions.get(word);
            positions.is_some_and(|positions| positions.binary_search(&position).is_ok())
        };
        self.positions
            .get(first)
            .into_iter()
            .flatten()
            .any(|begin| others.iter().zip(1..).all(|(word, further)| at(word, begin + further)))
    }

    /// Whether a test holds, if what the item has decides that. Where words have to be in the title, that
    /// one is somewhere does not.
    fn decide(&self, test: &Test, in_title: bool) -> Option<bool> {
        match test {
            Test::All(tests) => all(tests.iter().map(|test| self.decide(test, in_title))),
            Test::Any(tests) => {
                let decided = tests.iter().map(|test| self.decide(test, in_title));
                all(decided.map(|decided| decided.map(|holds| !holds))).map(|none| !none)
            }
            Test::Not(excluded) => self.decide(excluded, in_title).map(|holds| !holds),
            Test::Near(words) => {
                if self.has_all(words) {
                    None
                } else {
                    Some(false)
                }
            }
            Test::Names(readings) => {
                let has_one = readings.iter().any(|words| self.has_all(words));
                if has_one { None } else { Some(false) }
            }
            Test::Within(from, before) => {
                Some(self.date.is_some_and(|date| (*from..*before).contains(&date)))
            }
            Test::True => Some(true),
            Test::Ways(ways) => {
                let is_there = ways.iter().any(|way| match way {
                    Way::Stem(stem) => self.has(*stem),
                    Way::Sequence(words) => self.has_sequence(words),
                    Way::Prefix(beginning) => {
                        self.words.iter().any(|word| word.starts_with(beginning.as_str()))
                    }
                });
                if is_there && in_title { None } else { Some(is_there) }
            }
        }
    }
}

/// Whether all hold, if that can be told.
fn all(decided: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut result = Some(true);
    for one in decided {
        match one {
            Some(false) => return Some(false),
            Some(true) => {}
            None => result = None,
        }
    }
    result
}

/// Each word of a text as an analyser makes it, with its position.
fn each_word(analyzer: &TextAnalyzer, text: &str, mut take: impl FnMut(&str, usize)) {
    if text.is_empty() {
        return;
    }
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        take(&token.text, token.position);
    }
}

/// An index of one item.
struct Single {
    searcher: tantivy::Searcher,
    fields: schema::Fields,
}

impl Single {
    fn of(item: &Item) -> Result<Self> {
        let (schema, fields) = schema::schema();
        let mut writer = Index::builder()
            .schema(schema)
            .tokenizers(schema::analysers())
            .single_segment_index_writer(RamDirectory::create(), MEMORY)?;
        writer.add_document(document(&fields, item))?;
        let index = writer.finalize()?;
        let searcher = index.reader_builder().reload_policy(tantivy::ReloadPolicy::Manual);
        let searcher = searcher.try_into()?.searcher();
        Ok(Self { searcher, fields })
    }

    fn is_found_by(&self, query: &Query) -> Result<bool> {
        let translation = Translation::new(&self.searcher, self.fields, query);
        let matching = filtered(translation.matching(query), &Filters::default(), &self.fields);
        Ok(self.searcher.search(&matching, &Count)? > 0)
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::testing::{TestIndex, motions, request};
    use crate::{Kind, Request};

    fn percolator(queries: &[&str]) -> Percolator {
        let mut percolator = Percolator::default();
        for query in queries {
            percolator.add(Query::parse(query).query, Filters::default());
        }
        percolator
    }

    #[test]
    fn a_search_finds_a_new_item_exactly_if_it_finds_it_in_the_index() {
        let queries = [
            "budget",
            "budgetten",
            "regionale afspraken",
            "\"regionaal budget\"",
            "\"budget regionaal\"",
            "afspraak -zorg",
            "afspraak -Israël",
            "F-35",
            "f35",
            "\"F-35-onderdelen\"",
            "wiskunde",
            "rekenen wiskunde",
            "rekenwiskunde",
            "spoed opdracht",
            "spoedopdracht",
            "curric*",
            "=motie",
            "=moties",
            "kst-34104-439",
            "2025Z08379",
            "36800",
            "\"36 800\"",
            "NEAR(regionaal afspraken, 3)",
            "NEAR(verzoekt budget, 2)",
            "zorg in:titel",
            "budget in:titel",
            "soort:motie",
            "soort:moties",
            "soort:brief",
            "soort:motie fractie:SP",
            "fractie:sp",
            "fractie:VVD budget",
            "indiener:\"van Nispen\"",
            "indiener:\"Nispen van\"",
            "indiener:Nispen -budget",
            "persoon:\"Nispen de\"",
            "status:Aangenomen",
            "van:2025-01 tot:2025-06 motie",
            "(zorg OF curriculum) -F-35",
            "sportclub OF onderzoek",
            "de Kamer",
            "-zorg",
            "van:2025-01",
            "tot:2024-06 motie",
            "Rikkers",
        ];
        let percolator = percolator(&queries);
        let mut items = motions();
        let van_nispen = Label::or("van Nispen", "Michiel van Nispen");
        items[0].fracties = vec!["SP".into()];
        items[0].personen = vec![van_nispen.clone()];
        items[0].indieners = vec![van_nispen];
        items[0].status = vec!["Aangenomen.".into()];
        items[1].fracties = vec!["VVD".into(), "SP".into()];
        items[1].personen = vec!["Nispen, van".into(), "de Vries".into()];
        let index = TestIndex::with(&items);
        let mut matches = 0;
        for item in &items {
            let found = percolator.matching(item).unwrap();
            for (place, query) in queries.iter().enumerate() {
                // What has some words only is in an answer too, after what has all.
                let strict = Query::parse(query).query.strict();
                let asked = Request { query: strict, ..request(query) };
                let answer = index.index.search(&asked).unwrap();
                let in_index = answer.hits.iter().any(|hit| hit.address == item.address);
                assert_eq!(found.contains(&place), in_index, "{query} and {}", item.address);
                matches += usize::from(in_index);
            }
        }
        assert!(matches > 40, "{matches}");
    }

    #[test]
    fn filters_choose_as_in_the_index() {
        let mut percolator = Percolator::default();
        let query = || Query::parse("huur").query;
        let of = |facet: Facet, value: &str| Filters {
            values: [(facet, vec![value.to_owned()])].into(),
            ..Filters::default()
        };
        percolator.add(query(), of(Facet::Fractie, "SP"));
        percolator.add(query(), of(Facet::Fractie, "VVD"));
        percolator.add(Query::parse("soort:document").query, of(Facet::Kind, "document"));
        let from = Filters { from: Some(date(2025, 7, 2)), ..Filters::default() };
        percolator.add(query(), from);
        percolator.add(Query::default(), Filters::default());
        let mut item = Item::new("/document/1", Kind::Document);
        item.title = "De huren".into();
        item.fracties = vec![Label::from("SP")];
        item.date = Some("2025-07-01T22:00:00Z".parse().unwrap());
        assert_eq!(percolator.matching(&item).unwrap(), [0, 2, 3]);
        item.date = Some("2025-07-01T21:59:59Z".parse().unwrap());
        assert_eq!(percolator.matching(&item).unwrap(), [0, 2]);
    }
}
