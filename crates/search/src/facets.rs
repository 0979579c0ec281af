//! Counting: how many of all that matches have each value, and how many there are of each month.

use std::collections::BTreeMap;
use std::sync::Arc;

use tantivy::collector::{Collector, SegmentCollector};
use tantivy::columnar::StrColumn;
use tantivy::{DocId, Score, SegmentReader};

use crate::columns::{Columns, FIRST_MONTH, SegmentColumns};
use crate::schema::Facet;

/// What to count.
#[derive(Clone)]
pub(crate) struct Counter<'c> {
    pub(crate) columns: &'c Columns,
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
    columns: Arc<SegmentColumns>,
    facets: Vec<(Facet, StrColumn, Vec<u64>)>,
    /// The counts of the months from `FIRST_MONTH` on; empty if they are not counted.
    months: Vec<u64>,
}

/// Months are counted until the year 2199.
const MONTHS: usize = 400 * 12;
/// The values of a facet beyond these are not counted; the most that the source has is some
/// thousands.
const MOST_VALUES: usize = u16::MAX as usize;

impl Collector for Counter<'_> {
    type Fruit = Counts;
    type Child = SegmentCounter;

    fn for_segment(&self, _: u32, segment: &SegmentReader) -> tantivy::Result<SegmentCounter> {
        let mut facets = Vec::new();
        for facet in &self.facets {
            if let Some(column) = segment.fast_fields().str(facet.name())? {
                let counts = vec![0; column.num_terms().min(MOST_VALUES)];
                facets.push((*facet, column, counts));
            }
        }
        let months = if self.months { vec![0; MONTHS] } else { Vec::new() };
        Ok(SegmentCounter { total: 0, columns: self.columns.of(segment)?, facets, months })
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
        self.collect_block(&[document]);
    }

    fn collect_block(&mut self, documents: &[DocId]) {
        self.total += u64::try_from(documents.len()).unwrap_or_default();
        for (facet, _, counts) in &mut self.facets {
            let Some(column) = self.columns.facet(*facet) else { continue };
            for document in documents {
                column.count(*document, counts);
            }
        }
        if !self.months.is_empty() {
            for document in documents {
                self.columns.months().count(*document, &mut self.months);
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
        let months = (FIRST_MONTH..).zip(self.months).filter(|(_, count)| *count > 0);
        Counts { total: self.total, facets, months: months.collect() }
    }
}
