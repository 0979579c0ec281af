//! Searches held against new items: the other way round from the index, which holds items against a
//! search.
//!
//! Many searches are kept and few items come, so the searches are indexed, each under the words of which
//! an item must have one at least for the search to find it. Of those that come into question most are
//! decided by looking which words the item has; for the others (phrases, fields) a small index of the
//! item alone is made, and asked as the large one would be.

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
use crate::translation::{Translation, required};
use crate::{Filters, Item, Query, Result, calendar, dutch};

/// Memory for the index of one item, in bytes.
const MEMORY: usize = 15_000_000;

/// Searches that are kept to be held against new items. A search finds what [`SearchIndex::search`]
/// finds for all of its words, and never what has some of them only.
///
/// [`SearchIndex::search`]: crate::SearchIndex::search
pub struct Percolator {
    searches: Vec<(Query, Filters)>,
    /// The places of the searches by what an item must have one of.
    by_key: HashMap<Key, Vec<u32>>,
    /// Those for which there is nothing like that.
    others: Vec<u32>,
    lookups: Lookups,
    any: TextAnalyzer,
    exact: TextAnalyzer,
}

/// Something that an item has.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Key {
    /// A word or a part of one, by its stem.
    Stem(String),
    /// A word in exactly this form.
    Exact(String),
    /// This value of a facet.
    Value(Facet, String),
}

impl Default for Percolator {
    fn default() -> Self {
        Self {
            searches: Vec::new(),
            by_key: HashMap::new(),
            others: Vec::new(),
            lookups: Lookups::new(),
            any: dutch::any(),
            exact: dutch::exact(),
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
                    self.by_key.entry(key).or_default().push(number);
                }
            }
            None => self.others.push(number),
        }
        self.searches.push((query, filters));
        place
    }

    /// The places of the searches that find an item, in order.
    ///
    /// # Errors
    /// What the index of the item reports.
    pub fn matching(&self, item: &Item) -> Result<Vec<usize>> {
        let words = self.words(item);
        let mut candidates: BTreeSet<u32> = self.others.iter().copied().collect();
        for key in words.keys(item) {
            candidates.extend(self.by_key.get(&key).into_iter().flatten());
        }
        let mut single = None;
        let mut found = Vec::new();
        for place in candidates.into_iter().filter_map(|number| usize::try_from(number).ok()) {
            let Some((query, filters)) = self.searches.get(place) else { continue };
            if !passes(item, filters) {
                continue;
            }
            let is_found = match query.root() {
                None => false,
                Some(root) => match self.decide(root, &words, is_in_title(query)) {
                    Some(decided) => decided,
                    None => {
                        let index = match &mut single {
                            Some(index) => index,
                            none => none.insert(Single::of(item)?),
                        };
                        index.is_found_by(query)?
                    }
                },
            };
            if is_found {
                found.push(place);
            }
        }
        Ok(found)
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
            Clause::Prefix(_) | Clause::Not(_) | Clause::Field(..) => None,
        }
    }

    fn words(&self, item: &Item) -> Words {
        let persons = item.personen.iter().map(|person| &person.name);
        let labels = [&item.nummer].into_iter().chain(&item.numbers).chain(&item.names);
        let texts = [&item.title, &item.subject, &item.soort, &item.body];
        let mut words = Words { stems: HashSet::new(), exact: HashSet::new() };
        for text in texts.into_iter().chain(labels).chain(persons) {
            collect(&self.any, text, &mut words.stems);
            collect(&self.exact, text, &mut words.exact);
        }
        words
    }

    /// Whether a clause holds, if the words of the item decide that.
    fn decide(&self, clause: &Clause, words: &Words, in_title: bool) -> Option<bool> {
        match clause {
            Clause::All(clauses) => {
                let required = required(clauses);
                let joined = self.lookups.joined(&required);
                let decided = required.iter().enumerate().map(|(at, clause)| {
                    let alone = self.decide(clause, words, in_title);
                    let is_joined = joined.iter().any(|pair| {
                        (at == pair.at || at == pair.at + 1) && words.stems.contains(&pair.stem)
                    });
                    match alone {
                        Some(false) if is_joined && in_title => None,
                        Some(false) if is_joined => Some(true),
                        decided => decided,
                    }
                });
                all(decided)
            }
            Clause::Any(clauses) => {
                let decided = clauses.iter().map(|clause| self.decide(clause, words, in_title));
                all(decided.map(|decided| decided.map(|holds| !holds))).map(|none| !none)
            }
            Clause::Not(excluded) => self.decide(excluded, words, in_title).map(|holds| !holds),
            Clause::Near(near, _) => {
                let mut readings =
                    near.iter().filter_map(|word| self.lookups.readings(word).into_iter().next());
                let has_all = readings.all(|reading| words.have(&reading));
                if has_all { None } else { Some(false) }
            }
            Clause::Field(..) => None,
            Clause::Word(_) | Clause::Exact(_) | Clause::Phrase(_) | Clause::Prefix(_) => {
                let ways = self.lookups.of(clause).into_iter().map(|way| match way {
                    Lookup::Stem(stem) => Some(words.stems.contains(&stem)),
                    Lookup::Part(_) => Some(false),
                    Lookup::Exact(exact) if !words.have(&exact) => Some(false),
                    Lookup::Exact(exact) if exact.len() == 1 => Some(true),
                    Lookup::Exact(_) => None,
                    Lookup::Prefix(beginning) => {
                        Some(words.exact.iter().any(|word| word.starts_with(&beginning)))
                    }
                });
                let none = all(ways.map(|way| way.map(|holds| !holds)));
                match none.map(|none| !none) {
                    // The word is there, and perhaps not in the title.
                    Some(true) | None if in_title => None,
                    decided => decided,
                }
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

/// The words of an item.
struct Words {
    stems: HashSet<String>,
    exact: HashSet<String>,
}

impl Words {
    fn have(&self, words: &[String]) -> bool {
        words.iter().all(|word| self.exact.contains(word))
    }

    fn keys(&self, item: &Item) -> impl Iterator<Item = Key> {
        let values = Facet::ALL.into_iter().flat_map(|facet| {
            let values = values(item, facet).into_iter();
            values.map(move |value| Key::Value(facet, value.to_owned())).collect::<Vec<_>>()
        });
        let stems = self.stems.iter().map(|word| Key::Stem(word.clone()));
        let exact = self.exact.iter().map(|word| Key::Exact(word.clone()));
        stems.chain(exact).chain(values)
    }
}

fn collect(analyzer: &TextAnalyzer, text: &str, words: &mut HashSet<String>) {
    if text.is_empty() {
        return;
    }
    let mut analyzer = analyzer.clone();
    let mut stream = analyzer.token_stream(text);
    while let Some(token) = stream.next() {
        if !words.contains(&token.text) {
            words.insert(token.text.clone());
        }
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
    use crate::{Kind, Label, Request};

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
            "soort:brief",
            "(zorg OF curriculum) -F-35",
            "sportclub OF onderzoek",
            "de Kamer",
            "-zorg",
            "van:2025-01",
            "tot:2024-06 motie",
            "Rikkers",
        ];
        let percolator = percolator(&queries);
        let items = motions();
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
