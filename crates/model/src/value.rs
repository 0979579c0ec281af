//! The types that a field of an entity can have, and [`Value`]: a field's content without its type,
//! as it passes between the typed entity and the wire or the store.

use std::fmt;
use std::hash::{Hash, Hasher};
use std::marker::PhantomData;

use jiff::Timestamp;
use jiff::civil;
use uuid::Uuid;

use crate::entities::Category;
use crate::record::Record;

/// The content of one field. A field that upstream leaves out, leaves empty or marks `xsi:nil` is
/// [`Value::Nothing`]: the source uses all three for the same thing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// No content.
    Nothing,
    /// Text, a partial date or a decimal amount, as published.
    Text(String),
    /// A whole number.
    Integer(i64),
    /// A truth value.
    Boolean(bool),
    /// A moment in time.
    Moment(Timestamp),
    /// A calendar day.
    Day(civil::Date),
    /// The id of one other entity, which need not be known here (yet).
    One(Uuid),
    /// The ids of other entities, in the order of publication.
    Many(Vec<Uuid>),
}

/// What a field holds, as [`crate::Description`] states it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text of any length.
    Text,
    /// A whole number.
    Integer,
    /// `true` or `false`.
    Boolean,
    /// A moment; without an offset it is Amsterdam local time.
    Moment,
    /// A calendar day, `YYYY-MM-DD`.
    Day,
    /// A day, month, year or ISO week, kept as published: `2019`, `2019-05`, `2019-W07`.
    Partial,
    /// A decimal amount, kept as published.
    Amount,
    /// At most one relation to an entity of the category.
    One(Category),
    /// Any number of relations to entities of the category.
    Many(Category),
    /// Published upstream, but never kept here: more than a public role calls for.
    Withheld,
}

/// A Rust type that can be the type of an entity's field.
pub trait FieldType: Sized {
    /// The kind that the description states for this type.
    const KIND: Kind;

    /// The field's content, taken out of the entity.
    fn into_value(self) -> Value;

    /// The field with this content. A value of another kind gives an empty field; that does not
    /// happen to values that were read by [`Kind`].
    fn from_value(value: Value) -> Self;
}

/// Text.
pub type Text = Option<String>;
/// A whole number.
pub type Integer = Option<i64>;
/// A truth value.
pub type Boolean = Option<bool>;
/// A moment in time.
pub type Moment = Option<Timestamp>;
/// A calendar day.
pub type Day = Option<civil::Date>;
/// At most one relation.
pub type To<T> = Option<Id<T>>;
/// Any number of relations.
pub type Many<T> = Vec<Id<T>>;

/// A day, month, year or ISO week, as published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Partial(pub Option<String>);

/// A decimal amount, as published.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Amount(pub Option<String>);

/// A field that is read and dropped: see [`Kind::Withheld`].
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Withheld;

/// The id of an entity of category `T`: a GUID that upstream assigned.
pub struct Id<T>(pub Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// The typed form of a GUID.
    pub const fn new(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> Copy for Id<T> {}

impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T> Eq for Id<T> {}

impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Field types that hold one value or nothing.
macro_rules! optional {
    ($type:ty, $kind:expr, $variant:ident, $wrap:expr, $unwrap:expr) => {
        impl FieldType for $type {
            const KIND: Kind = $kind;

            fn into_value(self) -> Value {
                let content: Option<_> = $unwrap(self);
                content.map_or(Value::Nothing, Value::$variant)
            }

            fn from_value(value: Value) -> Self {
                match value {
                    Value::$variant(content) => $wrap(Some(content)),
                    _ => $wrap(None),
                }
            }
        }
    };
}

optional!(Text, Kind::Text, Text, |content| content, |field| field);
optional!(Integer, Kind::Integer, Integer, |content| content, |field| field);
optional!(Boolean, Kind::Boolean, Boolean, |content| content, |field| field);
optional!(Moment, Kind::Moment, Moment, |content| content, |field| field);
optional!(Day, Kind::Day, Day, |content| content, |field| field);
optional!(Partial, Kind::Partial, Text, Partial, |field: Partial| field.0);
optional!(Amount, Kind::Amount, Text, Amount, |field: Amount| field.0);

impl FieldType for Withheld {
    const KIND: Kind = Kind::Withheld;

    fn into_value(self) -> Value {
        Value::Nothing
    }

    fn from_value(_: Value) -> Self {
        Withheld
    }
}

impl<T: Record> FieldType for To<T> {
    const KIND: Kind = Kind::One(T::CATEGORY);

    fn into_value(self) -> Value {
        self.map_or(Value::Nothing, |id| Value::One(id.0))
    }

    fn from_value(value: Value) -> Self {
        match value {
            Value::One(id) => Some(Id::new(id)),
            _ => None,
        }
    }
}

impl<T: Record> FieldType for Many<T> {
    const KIND: Kind = Kind::Many(T::CATEGORY);

    fn into_value(self) -> Value {
        if self.is_empty() {
            return Value::Nothing;
        }
        Value::Many(self.into_iter().map(|id| id.0).collect())
    }

    fn from_value(value: Value) -> Self {
        match value {
            Value::Many(ids) => ids.into_iter().map(Id::new).collect(),
            _ => Vec::new(),
        }
    }
}
