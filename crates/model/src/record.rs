//! What an entity's declaration gives: a [`Description`] of its category, and the way from the typed
//! entity to a list of [`Value`]s and back.

use uuid::Uuid;

use crate::entities::{Category, Entity};
use crate::value::{Id, Kind, Value};

/// A category of the information model, as its declaration in [`crate::entities`] states it.
#[derive(Debug)]
pub struct Description {
    /// The category described.
    pub category: Category,
    /// The name in the feed's `category` parameter, and of the Rust type: `DocumentVersie`.
    pub name: &'static str,
    /// The name of the XML element: `documentVersie`.
    pub element: &'static str,
    /// The name of the table: `document_versie`.
    pub table: &'static str,
    /// The system that publishes it, which decides the wire form.
    pub origin: Origin,
    /// Whether the entity comes with a file, its resource.
    pub has_file: bool,
    /// The fields and relations, in the order of the XSD.
    pub fields: &'static [Field],
}

/// One field or relation of a category.
#[derive(Debug)]
pub struct Field {
    /// The name of the XML element: `documentNummer`.
    pub wire: &'static str,
    /// The name of the Rust field and of the column: `document_nummer`.
    pub column: &'static str,
    /// What it holds.
    pub kind: Kind,
}

impl Description {
    /// The field whose XML element has this name, with its place in the list.
    pub fn field(&self, wire: &str) -> Option<(usize, &'static Field)> {
        self.fields.iter().enumerate().find(|(_, field)| field.wire == wire)
    }
}

/// The system behind a category. It decides how namespaces and times are written on the wire.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// Parlis: default namespace, times as Amsterdam local time without an offset.
    Parlis,
    /// Sesam: default namespace, times in UTC with `Z`.
    Sesam,
    /// The newer systems: everything under the prefix `ns1`, times with the Amsterdam offset.
    Ns1,
}

/// A typed entity.
pub trait Record: Sized {
    /// Its category.
    const CATEGORY: Category;

    /// Its GUID.
    fn id(&self) -> Id<Self>;

    /// Its fields' content, in the order of [`Description::fields`].
    fn into_values(self) -> Vec<Value>;

    /// The entity with these contents, in the order of [`Description::fields`]; what is missing at
    /// the end stays empty.
    fn from_values(id: Uuid, values: Vec<Value>) -> Self;

    /// The entity out of the enumeration of all categories, if it is of this one.
    fn from_entity(entity: Entity) -> Option<Self>;
}
