//! The columns by which items are counted, held in memory: a common word is in a million items, and
//! unpacking seven values of each from the disk's form would take longer than the rest of the search.
//!
//! Two bytes a value: some 30 MB for the source's two million items.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tantivy::index::SegmentId;
use tantivy::{DocId, Searcher, SegmentReader};

use crate::schema::{Facet, MONTH};

/// What an item has that has no value.
const NOTHING: u16 = u16::MAX;

/// Months from the year 1800 on are counted. Upstream has a year 1, too, which says nothing.
pub(crate) const FIRST_MONTH: i64 = 1_800 * 12;

/// The columns of the segments of an index.
#[derive(Default)]
pub(crate) struct Columns {
    by_segment: Mutex<HashMap<SegmentId, Arc<SegmentColumns>>>,
}

/// The columns of a segment, which never change.
pub(crate) struct SegmentColumns {
    facets: Vec<Column>,
    /// Counted from [`FIRST_MONTH`].
    months: Column,
}

/// The values of the items of a segment, by their numbers in the segment.
pub(crate) struct Column {
    /// Where the values of each item begin, and at last where all end; empty if each item has one.
    starts: Vec<u32>,
    values: Vec<u16>,
}

impl Columns {
    /// Takes in the columns of new segments, and lets go of those that are there no more.
    pub(crate) fn follow(&self, searcher: &Searcher) -> tantivy::Result<()> {
        for segment in searcher.segment_readers() {
            self.of(segment)?;
        }
        self.let_go(searcher);
        Ok(())
    }

    /// Lets go of the columns of segments that are there no more.
    pub(crate) fn let_go(&self, searcher: &Searcher) {
        let segments = searcher.segment_readers();
        let mut known = self.lock();
        if known.len() > segments.len() {
            known.retain(|id, _| segments.iter().any(|segment| segment.segment_id() == *id));
        }
    }

    /// The columns of a segment.
    pub(crate) fn of(&self, segment: &SegmentReader) -> tantivy::Result<Arc<SegmentColumns>> {
        let id = segment.segment_id();
        if let Some(known) = self.lock().get(&id) {
            return Ok(known.clone());
        }
        // Two threads that both come here first do the same work; neither waits for the other.
        let columns = Arc::new(SegmentColumns::read(segment)?);
        self.lock().insert(id, columns.clone());
        Ok(columns)
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<SegmentId, Arc<SegmentColumns>>> {
        // What is in it is whole at any moment.
        self.by_segment.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl SegmentColumns {
    fn read(segment: &SegmentReader) -> tantivy::Result<Self> {
        let mut facets = Vec::new();
        for facet in Facet::ALL {
            let column = segment.fast_fields().str(facet.name())?;
            facets.push(Column::read(segment, |item, values| {
                let numbers = column.iter().flat_map(|column| column.ords().values_for_doc(item));
                values.extend(numbers.map(|number| u16::try_from(number).unwrap_or(NOTHING)));
            }));
        }
        let column = segment.fast_fields().i64(MONTH).ok();
        let months = Column::read(segment, |item, values| {
            let month = column.as_ref().and_then(|column| column.first(item));
            values.extend(month.and_then(|month| u16::try_from(month - FIRST_MONTH).ok()));
        });
        Ok(Self { facets, months })
    }

    pub(crate) fn facet(&self, facet: Facet) -> Option<&Column> {
        self.facets.get(facet as usize)
    }

    pub(crate) fn months(&self) -> &Column {
        &self.months
    }
}

impl Column {
    /// `values_of` adds the values of an item.
    fn read(segment: &SegmentReader, mut values_of: impl FnMut(DocId, &mut Vec<u16>)) -> Self {
        let mut column = Self { starts: Vec::new(), values: Vec::new() };
        for item in 0..segment.max_doc() {
            let start = column.values.len();
            values_of(item, &mut column.values);
            let has_one = column.values.len() == start + 1;
            if column.starts.is_empty() {
                if has_one {
                    continue;
                }
                if column.values.len() == start {
                    column.values.push(NOTHING);
                    continue;
                }
                // The first with more than one: from here on it is said where each begins.
                column.starts.extend(0..=item);
            } else {
                column.starts.push(u32::try_from(start).unwrap_or(u32::MAX));
            }
        }
        if !column.starts.is_empty() {
            column.starts.push(u32::try_from(column.values.len()).unwrap_or(u32::MAX));
        }
        column.starts.shrink_to_fit();
        column.values.shrink_to_fit();
        column
    }

    /// Adds one for each value of an item.
    pub(crate) fn count(&self, item: DocId, counts: &mut [u64]) {
        let Ok(item) = usize::try_from(item) else { return };
        let values = if self.starts.is_empty() {
            self.values.get(item..=item)
        } else {
            match self.starts.get(item..item + 2) {
                Some([start, end]) => self.values.get(*start as usize..*end as usize),
                _ => None,
            }
        };
        for value in values.unwrap_or_default() {
            // `NOTHING` is beyond them.
            if let Some(count) = counts.get_mut(usize::from(*value)) {
                *count += 1;
            }
        }
    }
}
