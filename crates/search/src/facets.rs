//! Counting: how many of all that matches have each value, and how many there are of each month.

use std::collections::BTreeMap;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::{Column, StrColumn};
use tantivy::{DocId, Score, SegmentReader};

use crate::schema::{Facet, MONTH};

/// What to count.
#[derive(Debug, Clone, Default)]
pub(crate) struct Counter {
    pub(crate) facets: Vec<Facet>,
    pub(crate) months: bool,
}

/// What was counted: everything that matches, before any cut-off.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Counts {
    pub(crate) total: u64,
    pub(crate) facets: BTreeMap<Facet, BTreeMap<String, u64>>,
    /// By the number of the month; see [`calendar::month`](crate::calendar::month).
    pub(crate) months: BTreeMap<i64, u64>,
}

/// Counts in one segment, by the numbers that the segment gave to the values.
pub(crate) struct SegmentCounter {
    total: u64,
    facets: Vec<(Facet, StrColumn, Vec<u64>)>,
    months: Option<Column<i64>>,
    /// The counts of the months from `FIRST_MONTH` on.
    month_counts: Vec<u64>,
}

/// Months from the year 1800 to 2199 are counted. Upstream has a year 1, too, which says nothing.
const FIRST_MONTH: i64 = 1_800 * 12;
const MONTHS: usize = 400 * 12;

impl Collector for Counter {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let mut facets = Vec::new();
        for facet in &self.facets {
            if let Some(column) = segment.fast_fields().str(facet.name())? {
                let counts = vec![0; column.num_terms()];
                facets.push((*facet, column, counts));
            }
        }
        let months = if self.months { segment.fast_fields().i64(MONTH).ok() } else { None };
        let month_counts = if months.is_some() { vec![0; MONTHS] } else { Vec::new() };
        Ok(SegmentCounter { total: 0, facets, months, month_counts })
    }

    fn requires_scoring(&self) -> bool {
        false
    }

    fn merge_fruits(&self, segments: Vec<Counts>) -> tantivy::Result<Counts> {
        let mut merged = Counts::default();
        for segment in segments {
            merged.total += segment.total;
            for (facet, counts) in segment.facets {
                let all = merged.facets.entry(facet).or_default();
                for (value, count) in counts {
                    *all.entry(value).or_default() += count;
                }
            }
            for (month, count) in segment.months {
                *merged.months.entry(month).or_default() += count;
            }
        }
        Ok(merged)
    }
}

impl SegmentCollector for SegmentCounter {
    type Fruit = Counts;

    fn collect(&mut self, document: DocId, _: Score) {
        self.total += 1;
        for (_, column, counts) in &mut self.facets {
            for number in column.ords().values_for_doc(document) {
                let index = usize::try_from(number).ok();
                if let Some(count) = index.and_then(|index| counts.get_mut(index)) {
                    *count += 1;
                }
            }
        }
        if let Some(month) = self.months.as_ref().and_then(|months| months.first(document)) {
            let index = usize::try_from(month - FIRST_MONTH).ok();
            if let Some(count) = index.and_then(|index| self.month_counts.get_mut(index)) {
                *count += 1;
            }
        }
    }

    fn harvest(self) -> Counts {
        let mut name = String::new();
        let mut facets = BTreeMap::new();
        for (facet, column, counts) in self.facets {
            let mut named = BTreeMap::new();
            for (number, count) in (0..).zip(counts).filter(|(_, count)| *count > 0) {
                if matches!(column.ord_to_str(number, &mut name), Ok(true)) && !name.is_empty() {
                    named.insert(name.clone(), count);
                }
            }
            facets.insert(facet, named);
        }
        let months = (FIRST_MONTH..).zip(self.month_counts).filter(|(_, count)| *count > 0);
        Counts { total: self.total, facets, months: months.collect() }
    }
}
