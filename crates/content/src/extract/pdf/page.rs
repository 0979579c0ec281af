//! The content of a page, drawn: which characters it shows, and where (ISO 32000-1, 8.4 and 9.4).
//!
//! Only what moves text is followed: no colours, paths or images. An operator that is not given what it
//! needs does nothing.

use std::collections::HashMap;
use std::rc::Rc;

use lopdf::{Dictionary, Document, Object, ObjectId, Stream};

use super::content::{Instructions, Operand, numbers};
use super::font::Font;
use super::lines::{Collector, Place};
use super::{TooMuch, entry, number, unpack};
use crate::extract::MAX_TEXT_BYTES;

/// The deepest nesting of forms, and of states that are kept.
const MAX_FORMS: u32 = 12;
const MAX_STATES: usize = 256;
/// The most parents that a page is looked for in for what it does not say itself.
const MAX_PARENTS: usize = 64;
/// The most fonts that are kept for use by other pages.
const MAX_FONTS: usize = 100;

/// `[a b c d e f]`: x' = ax + cy + e, y' = bx + dy + f.
type Matrix = [f64; 6];

const UNMOVED: Matrix = [1.0, 0.0, 0.0, 1.0, 0.0, 0.0];

/// Does `first`, then `second`.
fn after(first: Matrix, second: Matrix) -> Matrix {
    let [a, b, c, d, e, f] = first;
    let [g, h, i, j, k, l] = second;
    [
        a * g + b * i,
        a * h + b * j,
        c * g + d * i,
        c * h + d * j,
        e * g + f * i + k,
        e * h + f * j + l,
    ]
}

#[derive(Clone)]
struct State {
    matrix: Matrix,
    font: Option<Rc<Font>>,
    size: f64,
    character_spacing: f64,
    word_spacing: f64,
    scaling: f64,
    leading: f64,
    rise: f64,
}

impl State {
    fn new(matrix: Matrix) -> Self {
        Self {
            matrix,
            font: None,
            size: 0.0,
            character_spacing: 0.0,
            word_spacing: 0.0,
            scaling: 1.0,
            leading: 0.0,
            rise: 0.0,
        }
    }
}

/// Draws the pages of a document, one after another.
pub(super) struct Pages<'a> {
    document: &'a Document,
    /// By where their description stands in memory, which stays there.
    fonts: HashMap<usize, Rc<Font>>,
    content_left: usize,
}

impl<'a> Pages<'a> {
    /// Draws no more than `content_left` bytes of content, forms that are drawn again counted again.
    pub(super) fn new(document: &'a Document, content_left: usize) -> Self {
        Self { document, fonts: HashMap::new(), content_left }
    }

    /// Draws a page; whether all of its content could be read.
    pub(super) fn draw(
        &mut self,
        number: u32,
        page: ObjectId,
        collector: &mut Collector,
    ) -> Result<bool, TooMuch> {
        let Ok(page) = self.document.get_dictionary(page) else { return Ok(false) };
        let box_ = self.inherited(page, b"MediaBox").and_then(|corners| self.numbers(corners));
        // Without a size, it is a sheet of A4.
        let [x1, y1, x2, y2] = box_.unwrap_or([0.0, 0.0, 595.0, 842.0]);
        collector.begin_page(number, (x1.min(x2), y1.min(y2)), ((x2 - x1).abs(), (y2 - y1).abs()));
        let resources = self.inherited(page, b"Resources").and_then(|found| found.as_dict().ok());
        let streams: Vec<&Object> = match entry(self.document, page, b"Contents") {
            Some(Object::Array(parts)) => parts.iter().collect(),
            Some(contents) => vec![contents],
            None => vec![],
        };
        // An operator may begin in one part and end in the next.
        let mut content = vec![];
        let mut whole = true;
        for part in streams {
            let part =
                self.document.dereference(part).ok().and_then(|(_, part)| part.as_stream().ok());
            match part.map(|part| unpack(part, self.content_left)).transpose()?.flatten() {
                Some(part) => content.extend_from_slice(&part),
                None => whole = false,
            }
            content.push(b'\n');
            if content.len() > self.content_left {
                return Err(TooMuch);
            }
        }
        self.content(&content, resources, UNMOVED, 0, collector)?;
        collector.end_page();
        Ok(whole)
    }

    /// What a page says, or the nearest of its parents.
    fn inherited(&self, page: &'a Dictionary, key: &[u8]) -> Option<&'a Object> {
        let mut node = page;
        for _ in 0..MAX_PARENTS {
            if let Some(found) = entry(self.document, node, key) {
                return Some(found);
            }
            node = entry(self.document, node, b"Parent")?.as_dict().ok()?;
        }
        None
    }

    fn numbers<const N: usize>(&self, list: &Object) -> Option<[f64; N]> {
        let list = list.as_array().ok()?;
        let mut numbers = [0.0; N];
        for (place, object) in numbers.iter_mut().zip(list) {
            *place = number(self.document.dereference(object).ok()?.1)?;
        }
        (list.len() >= N && numbers.iter().all(|number| number.is_finite())).then_some(numbers)
    }

    fn content(
        &mut self,
        content: &[u8],
        resources: Option<&'a Dictionary>,
        matrix: Matrix,
        depth: u32,
        collector: &mut Collector,
    ) -> Result<(), TooMuch> {
        self.content_left = self.content_left.checked_sub(content.len()).ok_or(TooMuch)?;
        let mut instructions = Instructions::new(content);
        let mut operands = vec![];
        let mut state = State::new(matrix);
        let mut kept: Vec<State> = vec![];
        // Where the text goes on, and where its line began.
        let mut text = UNMOVED;
        let mut line = UNMOVED;
        while let Some(operator) = instructions.next(&mut operands) {
            let one = || numbers::<1>(&operands).map(|[number]| number);
            match operator {
                b"q" if kept.len() < MAX_STATES => kept.push(state.clone()),
                b"Q" => {
                    if let Some(before) = kept.pop() {
                        state = before;
                    }
                }
                b"cm" => {
                    if let Some(matrix) = numbers(&operands) {
                        state.matrix = after(matrix, state.matrix);
                    }
                }
                b"BT" => (text, line) = (UNMOVED, UNMOVED),
                b"Tf" => {
                    if let [.., Operand::Name(name), Operand::Number(size)] = operands.as_slice() {
                        state.font = self.font(resources, name);
                        state.size = *size;
                    }
                }
                b"Tc" => state.character_spacing = one().unwrap_or(state.character_spacing),
                b"Tw" => state.word_spacing = one().unwrap_or(state.word_spacing),
                b"Tz" => state.scaling = one().map_or(state.scaling, |percents| percents / 100.0),
                b"TL" => state.leading = one().unwrap_or(state.leading),
                b"Ts" => state.rise = one().unwrap_or(state.rise),
                b"Tm" => {
                    if let Some(matrix) = numbers(&operands) {
                        (text, line) = (matrix, matrix);
                    }
                }
                b"Td" | b"TD" => {
                    if let Some([x, y]) = numbers(&operands) {
                        if operator == b"TD" {
                            state.leading = -y;
                        }
                        line = after([1.0, 0.0, 0.0, 1.0, x, y], line);
                        text = line;
                    }
                }
                b"T*" | b"'" | b"\"" => {
                    if let (b"\"", [.., words, characters, _]) = (operator, operands.as_slice()) {
                        state.word_spacing = words.number().unwrap_or(state.word_spacing);
                        state.character_spacing =
                            characters.number().unwrap_or(state.character_spacing);
                    }
                    line = after([1.0, 0.0, 0.0, 1.0, 0.0, -state.leading], line);
                    text = line;
                    if let Some(shown) = operands.last().and_then(Operand::text) {
                        show(shown, &state, &mut text, collector);
                    }
                }
                b"Tj" => {
                    if let Some(shown) = operands.last().and_then(Operand::text) {
                        show(shown, &state, &mut text, collector);
                    }
                }
                b"TJ" => {
                    if let Some(Operand::Array(parts)) = operands.last() {
                        for part in parts {
                            match part {
                                Operand::Text(shown) => show(shown, &state, &mut text, collector),
                                Operand::Number(back) => {
                                    let x = -back / 1000.0 * state.size * state.scaling;
                                    text = after([1.0, 0.0, 0.0, 1.0, x, 0.0], text);
                                }
                                _ => {}
                            }
                        }
                    }
                }
                b"Do" if depth < MAX_FORMS => {
                    if let Some(Operand::Name(name)) = operands.last()
                        && let Some(form) = self.form(resources, name)
                    {
                        self.draw_form(form, resources, state.matrix, depth, collector)?;
                    }
                }
                _ => {}
            }
            if collector.bytes > MAX_TEXT_BYTES {
                return Err(TooMuch);
            }
        }
        Ok(())
    }

    /// Something by its name in the resources of a page.
    fn resource(
        &self,
        resources: Option<&'a Dictionary>,
        kind: &[u8],
        name: &[u8],
    ) -> Option<&'a Object> {
        entry(self.document, entry(self.document, resources?, kind)?.as_dict().ok()?, name)
    }

    fn font(&mut self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<Rc<Font>> {
        let described = self.resource(resources, b"Font", name)?.as_dict().ok()?;
        let key = std::ptr::from_ref(described).addr();
        if let Some(font) = self.fonts.get(&key) {
            return Some(Rc::clone(font));
        }
        let font = Rc::new(Font::new(self.document, described));
        if self.fonts.len() >= MAX_FONTS {
            self.fonts.clear();
        }
        self.fonts.insert(key, Rc::clone(&font));
        Some(font)
    }

    /// A piece of content that is drawn as a whole; images are not.
    fn form(&self, resources: Option<&'a Dictionary>, name: &[u8]) -> Option<&'a Stream> {
        let form = self.resource(resources, b"XObject", name)?.as_stream().ok()?;
        let kind =
            entry(self.document, &form.dict, b"Subtype").and_then(|kind| kind.as_name().ok());
        (kind == Some(b"Form")).then_some(form)
    }

    fn draw_form(
        &mut self,
        form: &'a Stream,
        resources: Option<&'a Dictionary>,
        matrix: Matrix,
        depth: u32,
        collector: &mut Collector,
    ) -> Result<(), TooMuch> {
        let Some(content) = unpack(form, self.content_left)? else { return Ok(()) };
        let own = entry(self.document, &form.dict, b"Matrix").and_then(|list| self.numbers(list));
        let own_resources =
            entry(self.document, &form.dict, b"Resources").and_then(|found| found.as_dict().ok());
        let matrix = after(own.unwrap_or(UNMOVED), matrix);
        self.content(&content, own_resources.or(resources), matrix, depth + 1, collector)
    }
}

/// Shows a text where `at` is, and moves that along.
fn show(mut shown: &[u8], state: &State, at: &mut Matrix, collector: &mut Collector) {
    let Some(font) = &state.font else { return };
    let to_page = after(*at, state.matrix);
    let [a, b, c, d, ..] = to_page;
    // The direction of writing, and how much a unit is along it and across it.
    let along = state.scaling * a.hypot(b);
    let size = state.size.abs() * c.hypot(d);
    let direction =
        (a / a.hypot(b) * state.scaling.signum(), b / a.hypot(b) * state.scaling.signum());
    let mut moved = 0.0;
    while let Some(glyph) = font.next(&mut shown) {
        let word = if glyph.is_space { state.word_spacing } else { 0.0 };
        let advance = glyph.width * state.size + state.character_spacing + word;
        let [.., x, y] = after([1.0, 0.0, 0.0, 1.0, moved * state.scaling, state.rise], to_page);
        moved += advance;
        let visible = along.abs() > 0.0 && size > 0.0 && !glyph.text.is_empty();
        if visible && [along, size, x, y, advance].iter().all(|number| number.is_finite()) {
            let start = x * direction.0 + y * direction.1;
            let baseline = y * direction.0 - x * direction.1;
            let end = start + advance * along.abs();
            collector.add(glyph.text, Place { start, end, baseline, size, direction });
        }
    }
    *at = after([1.0, 0.0, 0.0, 1.0, moved * state.scaling, 0.0], *at);
}
