//! Between rows and the model's types.

use std::collections::HashMap;

use jiff::Timestamp;
use jiff::civil;
use model::{Category, Description, Kind, Record, Uuid, Value};
use rusqlite::types::{ToSql, ToSqlOutput, Value as Sql};
use rusqlite::{Connection, Params, Row, params_from_iter};

use crate::Result;
use crate::schema::{columns, pair_table};

/// A value as a parameter.
pub(crate) struct Parameter(pub(crate) Value);

impl ToSql for Parameter {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(match &self.0 {
            Value::Nothing | Value::Many(_) => ToSqlOutput::from(rusqlite::types::Null),
            Value::Text(text) => ToSqlOutput::from(text.as_str()),
            Value::Integer(number) => ToSqlOutput::from(*number),
            Value::Boolean(truth) => ToSqlOutput::from(*truth),
            Value::Moment(moment) => ToSqlOutput::from(moment.as_millisecond()),
            Value::Day(day) => ToSqlOutput::from(day.to_string()),
            Value::One(id) => ToSqlOutput::from(id.as_bytes().as_slice()),
        })
    }
}

/// A GUID as a parameter.
pub(crate) fn guid(id: Uuid) -> [u8; 16] {
    *id.as_bytes()
}

/// A moment from a column that holds one.
pub(crate) fn moment(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<Timestamp>> {
    let milliseconds: Option<i64> = row.get(column)?;
    Ok(milliseconds.and_then(|milliseconds| Timestamp::from_millisecond(milliseconds).ok()))
}

/// A day from a column that holds one.
pub(crate) fn day(row: &Row<'_>, column: usize) -> rusqlite::Result<Option<civil::Date>> {
    let text: Option<String> = row.get(column)?;
    Ok(text.and_then(|text| text.parse().ok()))
}

/// A GUID from a column that holds one.
pub(crate) fn uuid(row: &Row<'_>, column: usize) -> rusqlite::Result<Uuid> {
    row.get::<_, [u8; 16]>(column).map(Uuid::from_bytes)
}

/// The entities of a category that a clause selects, whole. `clause` is what follows
/// `FROM {table}`; the table may be called by its own name in it.
pub(crate) fn select<T: Record>(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<T>> {
    let found = select_values(connection, T::CATEGORY, clause, parameters)?;
    Ok(found.into_iter().map(|(id, values)| T::from_values(id, values)).collect())
}

/// The content of an entity, in the order of its description; `None` if it has no row.
pub(crate) fn values(
    connection: &Connection,
    category: Category,
    id: Uuid,
) -> Result<Option<Vec<Value>>> {
    let found = select_values(connection, category, "WHERE id = ?1", [guid(id)])?;
    Ok(found.into_iter().next().map(|(_, values)| values))
}

/// How many ids one statement looks for: enough that its start is no longer what it costs.
const IDS_AT_ONCE: usize = 64;

/// The rows that a statement gives for many ids; `{ids}` in it is where they go, as in
/// `SELECT source, target FROM document_zaak WHERE source IN ({ids})`. An order holds among the rows of
/// one id only.
pub(crate) fn rows_of<T>(
    connection: &Connection,
    sql: &str,
    ids: &[Uuid],
    mut read: impl FnMut(&Row<'_>) -> rusqlite::Result<T>,
) -> Result<Vec<T>> {
    let places: Vec<String> = (1..=IDS_AT_ONCE).map(|place| format!("?{place}")).collect();
    let mut statement = connection.prepare_cached(&sql.replace("{ids}", &places.join(", ")))?;
    let mut found = Vec::new();
    for some in ids.chunks(IDS_AT_ONCE) {
        // Places that are left over get an id that is there already, which finds nothing more.
        let all = some.iter().cycle().take(IDS_AT_ONCE).map(|id| guid(*id));
        let mut rows = statement.query(params_from_iter(all))?;
        while let Some(row) = rows.next()? {
            found.push(read(row)?);
        }
    }
    Ok(found)
}

/// Those of these entities that are there, without their relations that repeat.
pub(crate) fn get_all<T: Record>(
    connection: &Connection,
    ids: &[Uuid],
) -> Result<HashMap<Uuid, T>> {
    let description = T::CATEGORY.description();
    let sql = format!("{} WHERE id IN ({{ids}})", select_from(description));
    let found = rows_of(connection, &sql, ids, |row| {
        let mut values = Vec::with_capacity(description.fields.len());
        let mut column = 1;
        for field in description.fields {
            values.push(match field.kind {
                Kind::Many(_) | Kind::Withheld => Value::Nothing,
                kind => {
                    column += 1;
                    value(row, column - 1, kind)?
                }
            });
        }
        Ok((uuid(row, 0)?, values))
    })?;
    Ok(found.into_iter().map(|(id, values)| (id, T::from_values(id, values))).collect())
}

/// `SELECT` the id and the columns of a category `FROM` its table.
fn select_from(description: &Description) -> String {
    let table = description.table;
    let mut sql = format!("SELECT {table}.id");
    for field in columns(description) {
        sql.push_str(", ");
        sql.push_str(table);
        sql.push('.');
        sql.push_str(field.column);
    }
    sql.push_str(" FROM ");
    sql.push_str(table);
    sql
}

fn select_values(
    connection: &Connection,
    category: Category,
    clause: &str,
    parameters: impl Params,
) -> Result<Vec<(Uuid, Vec<Value>)>> {
    let description = category.description();
    let sql = format!("{} {clause}", select_from(description));
    let mut statement = connection.prepare_cached(&sql)?;
    let mut rows = statement.query(parameters)?;
    let mut entities = Vec::new();
    while let Some(row) = rows.next()? {
        let id = uuid(row, 0)?;
        let mut values = Vec::with_capacity(description.fields.len());
        let mut column = 1;
        for field in description.fields {
            values.push(match field.kind {
                Kind::Many(_) => targets(connection, &pair_table(description, field), id)?,
                Kind::Withheld => Value::Nothing,
                kind => {
                    let value = value(row, column, kind)?;
                    column += 1;
                    value
                }
            });
        }
        entities.push((id, values));
    }
    Ok(entities)
}

/// The first of [`select`].
pub(crate) fn select_one<T: Record>(
    connection: &Connection,
    clause: &str,
    parameters: impl Params,
) -> Result<Option<T>> {
    Ok(select(connection, clause, parameters)?.into_iter().next())
}

/// The entity with this id.
pub(crate) fn get<T: Record>(connection: &Connection, id: Uuid) -> Result<Option<T>> {
    select_one(connection, "WHERE id = ?1", [guid(id)])
}

fn targets(connection: &Connection, pairs: &str, source: Uuid) -> Result<Value> {
    let sql = format!("SELECT target FROM {pairs} WHERE source = ?1 ORDER BY place");
    let mut statement = connection.prepare_cached(&sql)?;
    let targets: Vec<Uuid> =
        statement.query_map([guid(source)], |row| uuid(row, 0))?.collect::<Result<_, _>>()?;
    Ok(if targets.is_empty() { Value::Nothing } else { Value::Many(targets) })
}

fn value(row: &Row<'_>, column: usize, kind: Kind) -> rusqlite::Result<Value> {
    let sql: Sql = row.get(column)?;
    Ok(match (kind, sql) {
        (Kind::Text | Kind::Partial | Kind::Amount, Sql::Text(text)) => Value::Text(text),
        (Kind::Integer, Sql::Integer(number)) => Value::Integer(number),
        (Kind::Boolean, Sql::Integer(number)) => Value::Boolean(number != 0),
        (Kind::Moment, Sql::Integer(milliseconds)) => {
            Timestamp::from_millisecond(milliseconds).map_or(Value::Nothing, Value::Moment)
        }
        (Kind::Day, Sql::Text(day)) => {
            day.parse::<civil::Date>().map_or(Value::Nothing, Value::Day)
        }
        (Kind::One(_), Sql::Blob(bytes)) => {
            Uuid::from_slice(&bytes).map_or(Value::Nothing, Value::One)
        }
        _ => Value::Nothing,
    })
}
