//! What a search finds day by day, counted in one pass over the index.

use std::collections::BTreeMap;

use jiff::ToSpan;
use jiff::civil::Date;
use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentReader};

use crate::answer::filtered;
use crate::schema::{DATE, Facet};
use crate::translation::Translation;
use crate::{Filters, Kind, Query, Result, SearchIndex, calendar};

/// The longest period, in days.
const MOST_DAYS: usize = 1_000;

impl SearchIndex {
    /// How many items of each kind a query finds on each of the days from `from` to `until`, 1,000 at most;
    /// only what has all words, and only days with something.
    ///
    /// # Errors
    /// What the index reports.
    pub fn course(
        &self,
        query: &Query,
        filters: &Filters,
        (from, until): (Date, Date),
    ) -> Result<BTreeMap<(Date, Kind), u64>> {
        let generation = self.serving();
        let searcher = generation.reader.searcher();
        let filters = filters.within((from, until));
        let strict = query.strict();
        let translation = Translation::new(&searcher, generation.fields, &strict);
        let matching = filtered(translation.matching(&strict), &filters, &generation.fields);
        let days: Vec<Date> =
            from.series(1.day()).take_while(|day| *day <= until).take(MOST_DAYS).collect();
        let starts = days.iter().map(|day| calendar::start(*day)).collect();
        let counts = searcher.search(&matching, &ByDay { starts })?;
        let named = counts.into_iter().filter_map(|((day, kind), count)| {
            Some(((*days.get(day)?, Kind::parse(&kind)?), count))
        });
        Ok(named.collect())
    }
}

/// Counts per day and kind.
struct ByDay {
    /// When each day begins, in microseconds since 1970.
    starts: Vec<i64>,
}

struct SegmentByDay {
    starts: Vec<i64>,
    dates: Column<i64>,
    kinds: Option<StrColumn>,
    /// By the place of the day and the number that the segment gave to the kind.
    counts: BTreeMap<(usize, Option<u64>), u64>,
}

type Counts = BTreeMap<(usize, String), u64>;

impl Collector for ByDay {
    type Fruit = Counts;
    type Child = SegmentByDay;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentByDay> {
        Ok(SegmentByDay {
            starts: self.starts.clone(),
            dates: segment.fast_fields().i64(DATE)?,
            kinds: segment.fast_fields().str(Facet::Kind.name())?,
            counts: BTreeMap::new(),
        })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut merged = Counts::new();
        for (key, count) in segments.into_iter().flatten() {
            *merged.entry(key).or_default() += count;
        }
        Ok(merged)
    }
}

impl SegmentCollector for SegmentByDay {
    type Fruit = Counts;

    fn collect(&mut self, document: DocId, _: Score) {
        let Some(date) = self.dates.first(document) else { return };
        let day = self.starts.partition_point(|start| *start <= date);
        if day > 0 {
            let kind = self.kinds.as_ref().and_then(|kinds| kinds.ords().first(document));
            *self.counts.entry((day - 1, kind)).or_default() += 1;
        }
    }

    fn harvest(self) -> Counts {
        let mut named = Counts::new();
        let mut name = String::new();
        for ((day, kind), count) in self.counts {
            if let (Some(kinds), Some(kind)) = (&self.kinds, kind)
                && matches!(kinds.ord_to_str(kind, &mut name), Ok(true))
            {
                *named.entry((day, name.clone())).or_default() += count;
            }
        }
        named
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;
    use crate::Item;
    use crate::testing::TestIndex;

    #[test]
    fn what_is_found_is_counted_by_day_and_kind_in_amsterdam() {
        let item = |address: &str, kind: Kind, moment: &str, title: &str| {
            let mut item = Item::new(address, kind);
            item.title = title.into();
            item.date = Some(moment.parse().unwrap());
            item
        };
        let test = TestIndex::with(&[
            item("/document/1", Kind::Document, "2025-06-30T21:59:59Z", "De huren"),
            item("/document/2", Kind::Document, "2025-06-30T22:00:00Z", "De huren"),
            item("/document/3", Kind::Document, "2025-07-01T10:00:00Z", "De huur"),
            item("/activiteit/4", Kind::Activiteit, "2025-07-01T21:59:59Z", "Huur"),
            item("/document/5", Kind::Document, "2025-07-01T22:00:00Z", "Huur"),
            item("/document/6", Kind::Document, "2025-07-01T12:00:00Z", "Zorg"),
        ]);
        let query = Query::parse("huur").query;
        let period = (date(2025, 7, 1), date(2025, 7, 1));
        let found = test.index.course(&query, &Filters::default(), period).unwrap();
        let first = date(2025, 7, 1);
        assert_eq!(found, [((first, Kind::Document), 2), ((first, Kind::Activiteit), 1)].into());

        let longer = (date(2025, 6, 30), date(2025, 7, 2));
        let own = Filters {
            values: [(Facet::Kind, vec!["document".into()])].into(),
            from: Some(date(2025, 7, 1)),
            ..Filters::default()
        };
        let found = test.index.course(&query, &own, longer).unwrap();
        let second = date(2025, 7, 2);
        assert_eq!(found, [((first, Kind::Document), 2), ((second, Kind::Document), 1)].into());
    }
}
