//! The language in which the content of a page is written, and the maps from codes to characters too:
//! operands, then the operator that they are for (ISO 32000-1, 7.8.2 and 9.7.5).
//!
//! Nothing in it is an error: what has no meaning is passed over.

use std::borrow::Cow;

/// The most operands that are kept for one operator, and the most parts of an array. A map of characters
/// has some hundreds, the text of a page some thousands in an array.
const MAX_OPERANDS: usize = 1 << 16;
/// The deepest nesting of arrays and dictionaries that is kept.
const MAX_DEPTH: u32 = 16;

/// What an operator works on.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Operand<'a> {
    Number(f64),
    Name(Cow<'a, [u8]>),
    Text(Cow<'a, [u8]>),
    Array(Vec<Operand<'a>>),
    /// A dictionary, a truth value, nothing.
    Other,
}

impl Operand<'_> {
    /// The number, if it is one.
    pub(super) fn number(&self) -> Option<f64> {
        match self {
            Self::Number(number) => Some(*number),
            _ => None,
        }
    }

    /// The bytes of a text, if it is one.
    pub(super) fn text(&self) -> Option<&[u8]> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }
}

/// The numbers that an operator was given; `None` if these are not as many numbers.
pub(super) fn numbers<const N: usize>(operands: &[Operand<'_>]) -> Option<[f64; N]> {
    let mut numbers = [0.0; N];
    // What stands before them is superfluous.
    let given = operands.get(operands.len().checked_sub(N)?..)?;
    for (number, operand) in numbers.iter_mut().zip(given) {
        *number = operand.number()?;
    }
    Some(numbers)
}

/// Goes through a piece of content, operator by operator.
pub(super) struct Instructions<'a> {
    bytes: &'a [u8],
    at: usize,
}

enum Token<'a> {
    Operand(Operand<'a>),
    Operator(&'a [u8]),
    /// The end of an array or a dictionary.
    End,
}

impl<'a> Instructions<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The next operator; `operands` become those before it. An image within the content is passed over.
    pub(super) fn next(&mut self, operands: &mut Vec<Operand<'a>>) -> Option<&'a [u8]> {
        operands.clear();
        loop {
            match self.token(0)? {
                Token::Operand(operand) if operands.len() < MAX_OPERANDS => operands.push(operand),
                Token::Operator(b"ID") => {
                    self.skip_image();
                    operands.clear();
                }
                Token::Operator(operator) => return Some(operator),
                Token::Operand(_) | Token::End => {}
            }
        }
    }

    fn peek(&self) -> Option<u8> {
        self.bytes.get(self.at).copied()
    }

    fn token(&mut self, depth: u32) -> Option<Token<'a>> {
        self.skip_space();
        let first = self.peek()?;
        let second = self.bytes.get(self.at + 1).copied();
        Some(match first {
            b'(' => Token::Operand(Operand::Text(self.literal())),
            b'<' if second == Some(b'<') => {
                self.at += 2;
                self.array(depth);
                Token::Operand(Operand::Other)
            }
            b'<' => Token::Operand(Operand::Text(Cow::Owned(self.hexadecimal()))),
            b'[' => {
                self.at += 1;
                Token::Operand(Operand::Array(self.array(depth)))
            }
            b'>' if second == Some(b'>') => {
                self.at += 2;
                Token::End
            }
            b']' => {
                self.at += 1;
                Token::End
            }
            b'/' => {
                self.at += 1;
                Token::Operand(Operand::Name(name(self.regular())))
            }
            b'0'..=b'9' | b'+' | b'-' | b'.' => {
                Token::Operand(number(self.regular()).map_or(Operand::Other, Operand::Number))
            }
            b'{' | b'}' | b')' | b'>' => {
                self.at += 1;
                Token::Operand(Operand::Other)
            }
            _ => match self.regular() {
                b"true" | b"false" | b"null" => Token::Operand(Operand::Other),
                operator => Token::Operator(operator),
            },
        })
    }

    /// The parts up to the end of an array, or of a dictionary.
    fn array(&mut self, depth: u32) -> Vec<Operand<'a>> {
        let mut parts = vec![];
        if depth >= MAX_DEPTH {
            return parts;
        }
        while let Some(token) = self.token(depth + 1) {
            match token {
                Token::End => break,
                Token::Operand(part) if parts.len() < MAX_OPERANDS => parts.push(part),
                Token::Operand(_) | Token::Operator(_) => {}
            }
        }
        parts
    }

    fn skip_space(&mut self) {
        while let Some(byte) = self.peek() {
            if byte == b'%' {
                while self.peek().is_some_and(|byte| byte != b'\n' && byte != b'\r') {
                    self.at += 1;
                }
            } else if is_space(byte) {
                self.at += 1;
            } else {
                return;
            }
        }
    }

    /// A run of characters that end no word.
    fn regular(&mut self) -> &'a [u8] {
        let begin = self.at;
        while self.peek().is_some_and(|byte| !is_space(byte) && !b"()<>[]{}/%".contains(&byte)) {
            self.at += 1;
        }
        self.bytes.get(begin..self.at).unwrap_or_default()
    }

    /// `(text with (parentheses) and \) escapes)`
    fn literal(&mut self) -> Cow<'a, [u8]> {
        self.at += 1;
        let begin = self.at;
        let mut depth = 1_u32;
        let mut text: Option<Vec<u8>> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            match byte {
                b'(' => depth += 1,
                b')' => {
                    depth -= 1;
                    if depth == 0 {
                        let plain = self.bytes.get(begin..self.at - 1).unwrap_or_default();
                        return text.map_or(Cow::Borrowed(plain), Cow::Owned);
                    }
                }
                b'\\' => {
                    let text = text.get_or_insert_with(|| {
                        self.bytes.get(begin..self.at - 1).unwrap_or_default().to_vec()
                    });
                    self.escape(text);
                    continue;
                }
                _ => {}
            }
            if let Some(text) = &mut text {
                text.push(byte);
            }
        }
        let rest = self.bytes.get(begin..).unwrap_or_default();
        text.map_or(Cow::Borrowed(rest), Cow::Owned)
    }

    /// What stands after a backslash.
    fn escape(&mut self, text: &mut Vec<u8>) {
        let Some(byte) = self.peek() else { return };
        self.at += 1;
        match byte {
            b'n' => text.push(b'\n'),
            b'r' => text.push(b'\r'),
            b't' => text.push(b'\t'),
            b'b' => text.push(8),
            b'f' => text.push(12),
            // The text goes on in the next line.
            b'\r' if self.peek() == Some(b'\n') => self.at += 1,
            b'\r' | b'\n' => {}
            b'0'..=b'7' => {
                let mut code = byte - b'0';
                for _ in 0..2 {
                    let Some(digit @ b'0'..=b'7') = self.peek() else { break };
                    code = code.wrapping_mul(8).wrapping_add(digit - b'0');
                    self.at += 1;
                }
                text.push(code);
            }
            other => text.push(other),
        }
    }

    /// `<48656c6c6f>`
    fn hexadecimal(&mut self) -> Vec<u8> {
        self.at += 1;
        let mut text = vec![];
        let mut high: Option<u8> = None;
        while let Some(byte) = self.peek() {
            self.at += 1;
            if byte == b'>' {
                break;
            }
            let Some(digit) = digit(byte) else { continue };
            match high.take() {
                Some(high) => text.push(high << 4 | digit),
                None => high = Some(digit),
            }
        }
        text.extend(high.map(|high| high << 4));
        text
    }

    /// Passes over the bytes of an image: to "EI" with space around it.
    fn skip_image(&mut self) {
        let rest = self.bytes.get(self.at..).unwrap_or_default();
        let end = rest
            .windows(3)
            .position(|window| matches!(window, [before, b'E', b'I'] if is_space(*before)));
        // With the "EI", which may be the last there is.
        self.at = end.map_or(self.bytes.len(), |end| self.at + end + 3);
    }
}

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t' | 12 | 0)
}

fn digit(byte: u8) -> Option<u8> {
    match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        b'A'..=b'F' => Some(byte - b'A' + 10),
        _ => None,
    }
}

/// A name, in which `#20` stands for a space.
fn name(written: &[u8]) -> Cow<'_, [u8]> {
    if !written.contains(&b'#') {
        return Cow::Borrowed(written);
    }
    let mut name = Vec::with_capacity(written.len());
    let mut rest = written;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        match (first, after) {
            (b'#', [high, low, after @ ..]) => {
                if let (Some(high), Some(low)) = (digit(*high), digit(*low)) {
                    name.push(high << 4 | low);
                    rest = after;
                } else {
                    name.push(first);
                }
            }
            _ => name.push(first),
        }
    }
    Cow::Owned(name)
}

/// `12`, `-.5`, `+3.`; what follows a number that is not written well is passed over, as others do.
fn number(written: &[u8]) -> Option<f64> {
    let signs = written.iter().take_while(|byte| matches!(byte, b'+' | b'-')).count();
    let negative = written.first() == Some(&b'-');
    let (mut number, mut scale, mut digits) = (0.0, 0.0, 0);
    for byte in written.get(signs..)? {
        match byte {
            b'0'..=b'9' => {
                digits += 1;
                let digit = f64::from(byte - b'0');
                if scale > 0.0 {
                    number += digit * scale;
                    scale /= 10.0;
                } else {
                    number = number * 10.0 + digit;
                }
            }
            b'.' if scale == 0.0 => scale = 0.1,
            _ => break,
        }
    }
    let signed = if negative { -number } else { number };
    (digits > 0).then_some(signed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn instructions(content: &[u8]) -> Vec<(String, Vec<Operand<'_>>)> {
        let mut reader = Instructions::new(content);
        let mut operands = vec![];
        let mut all = vec![];
        while let Some(operator) = reader.next(&mut operands) {
            all.push((String::from_utf8_lossy(operator).into_owned(), operands.clone()));
        }
        all
    }

    fn text(text: &[u8]) -> Operand<'_> {
        Operand::Text(text.into())
    }

    #[test]
    fn operands_stand_before_their_operator() {
        let name = Operand::Name(b"F 1"[..].into());
        assert_eq!(
            instructions(b"/F#201 -.5 Tf % a remark\n[(a) -12.25 <4c6F7>] TJ (b)' true << /A [1] /B (c) >> BDC"),
            [
                ("Tf".into(), vec![name, Operand::Number(-0.5)]),
                (
                    "TJ".into(),
                    vec![Operand::Array(vec![text(b"a"), Operand::Number(-12.25), text(b"Lop")])]
                ),
                ("'".into(), vec![text(b"b")]),
                ("BDC".into(), vec![Operand::Other, Operand::Other]),
            ]
        );
    }

    #[test]
    fn texts_have_parentheses_and_escapes() {
        assert_eq!(
            instructions(b"(a (b) \\) \\\\ \\101\\7x \\\nc) Tj (open"),
            [("Tj".to_owned(), vec![text(b"a (b) ) \\ A\x07x c")])]
        );
    }

    #[test]
    fn images_in_the_content_are_passed_over() {
        let operators: Vec<String> = instructions(b"q BI /W 1 /H 1 ID (\xff[<< (BT EI\nQ")
            .into_iter()
            .map(|(operator, _)| operator)
            .collect();
        assert_eq!(operators, ["q", "BI", "Q"]);
    }

    #[test]
    fn what_has_no_meaning_is_passed_over() {
        assert_eq!(instructions(b"1 ) ] >> } - .. 2 m")[0].0, "m");
        assert_eq!(numbers(&instructions(b"1 ) ] >> } - .. 2 m")[0].1), Some([2.0]));
        assert_eq!(numbers::<2>(&[Operand::Number(1.0)]), None);
        // Deep nesting, and an operator with far too much before it.
        assert_eq!(instructions(&[&b"[".repeat(100_000), &b" 1 m"[..]].concat()).len(), 0);
        assert_eq!(instructions(&[&b"1 ".repeat(1 << 18), &b"m"[..]].concat())[0].1.len(), 1 << 16);
    }
}
