//! Raw elements, compressed. An element is small and much like the others of its category, so it is
//! compressed with a dictionary: the elements of the first page of the category that came in.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use model::Category;
use rusqlite::{Connection, OptionalExtension, params};
use zstd::bulk::{Compressor, Decompressor};
use zstd::dict::{DecoderDictionary, EncoderDictionary};

use crate::{Result, StoreError};

const LEVEL: i32 = 3;

/// The size of a dictionary. Larger ones gain little.
const DICTIONARY_BYTES: usize = 32 << 10;

/// A page with less than this in it makes no dictionary: its elements are compressed without one.
const ENOUGH_FOR_A_DICTIONARY: usize = 4 << 10;

/// The number that stands for no dictionary.
const NO_DICTIONARY: i64 = 0;

/// An element that is larger than this when unpacked is not ours.
const LARGEST: usize = 64 << 20;

/// A compressed element: the number of its dictionary, and the bytes.
pub(crate) type Packed = (Option<i64>, Option<Vec<u8>>);

/// The dictionaries that were used in this process.
#[derive(Default)]
pub(crate) struct Dictionaries {
    to_pack: Mutex<HashMap<Category, Arc<ToPack>>>,
    to_unpack: Mutex<HashMap<i64, Arc<DecoderDictionary<'static>>>>,
}

pub(crate) struct ToPack {
    number: i64,
    dictionary: EncoderDictionary<'static>,
}

impl Dictionaries {
    /// What to compress elements of a category with. `sample` are elements of it, for the case that
    /// there is no dictionary yet; `writer` is asked for a connection only then, or once per process.
    pub(crate) fn to_pack<C: std::ops::Deref<Target = Connection>>(
        &self,
        category: Category,
        sample: &[&str],
        writer: impl FnOnce() -> C,
    ) -> Result<Arc<ToPack>> {
        let mut known = self.to_pack.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(found) = known.get(&category) {
            return Ok(found.clone());
        }
        let (number, body) = stored_or_new(&writer(), category, sample)?;
        let dictionary = EncoderDictionary::copy(&body, LEVEL);
        let to_pack = Arc::new(ToPack { number, dictionary });
        if number != NO_DICTIONARY {
            known.insert(category, to_pack.clone());
        }
        Ok(to_pack)
    }

    /// The element as published, from its compressed form; `None` if none was kept.
    pub(crate) fn unpack(
        &self,
        connection: &Connection,
        dictionary: Option<i64>,
        raw: Option<&[u8]>,
    ) -> Result<Option<String>> {
        let (Some(number), Some(raw)) = (dictionary, raw) else { return Ok(None) };
        let dictionary = {
            let mut known = self.to_unpack.lock().unwrap_or_else(PoisonError::into_inner);
            match known.get(&number) {
                Some(dictionary) => dictionary.clone(),
                None => {
                    let body: Vec<u8> = if number == NO_DICTIONARY {
                        Vec::new()
                    } else {
                        connection.query_row(
                            "SELECT body FROM raw_dictionary WHERE number = ?1",
                            [number],
                            |row| row.get(0),
                        )?
                    };
                    let dictionary = Arc::new(DecoderDictionary::copy(&body));
                    known.insert(number, dictionary.clone());
                    dictionary
                }
            }
        };
        let unpacked = Decompressor::with_prepared_dictionary(&dictionary)
            .and_then(|mut decompressor| {
                let size = Decompressor::upper_bound(raw).unwrap_or(LARGEST).min(LARGEST);
                decompressor.decompress(raw, size)
            })
            .map_err(StoreError::Raw)?;
        Ok(Some(String::from_utf8_lossy(&unpacked).into_owned()))
    }
}

impl ToPack {
    /// Compresses elements, each on its own.
    pub(crate) fn pack(&self, elements: &[&str]) -> Result<Vec<Packed>> {
        let mut compressor =
            Compressor::with_prepared_dictionary(&self.dictionary).map_err(StoreError::Raw)?;
        let mut packed = Vec::with_capacity(elements.len());
        for element in elements {
            packed.push(if element.is_empty() {
                (None, None)
            } else {
                let bytes = compressor.compress(element.as_bytes()).map_err(StoreError::Raw)?;
                (Some(self.number), Some(bytes))
            });
        }
        Ok(packed)
    }
}

fn stored_or_new(
    connection: &Connection,
    category: Category,
    sample: &[&str],
) -> Result<(i64, Vec<u8>)> {
    let stored = connection
        .query_row(
            "SELECT number, body FROM raw_dictionary WHERE category = ?1 ORDER BY number DESC LIMIT 1",
            [category.name()],
            |row| Ok((row.get(0)?, row.get(1)?)),
        )
        .optional()?;
    if let Some(stored) = stored {
        return Ok(stored);
    }
    if sample.iter().map(|element| element.len()).sum::<usize>() < ENOUGH_FOR_A_DICTIONARY {
        return Ok((NO_DICTIONARY, Vec::new()));
    }
    let mut body = Vec::with_capacity(DICTIONARY_BYTES);
    for element in sample {
        let room = DICTIONARY_BYTES - body.len();
        body.extend(element.bytes().take(room));
    }
    connection.execute(
        "INSERT INTO raw_dictionary (category, body) VALUES (?1, ?2)",
        params![category.name(), body],
    )?;
    Ok((connection.last_insert_rowid(), body))
}
