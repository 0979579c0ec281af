//! Where webhooks may be: on the public internet alone. Who gives us an address could otherwise have us
//! talk to machines that only we can reach.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use url::{Host, Url};

/// The longest address that is taken.
const LONGEST: usize = 1_000;

/// What of IPv4 is not the public internet: IANA's registry of special-purpose addresses, and multicast.
const CLOSED: [Ipv4Net; 15] = [
    v4([0, 0, 0, 0], 8),       // this network
    v4([10, 0, 0, 0], 8),      // private
    v4([100, 64, 0, 0], 10),   // behind a provider's translation (CGNAT)
    v4([127, 0, 0, 0], 8),     // this machine
    v4([169, 254, 0, 0], 16),  // this link; clouds tell their secrets there
    v4([172, 16, 0, 0], 12),   // private
    v4([192, 0, 0, 0], 24),    // of protocols
    v4([192, 0, 2, 0], 24),    // for documentation
    v4([192, 88, 99, 0], 24),  // once of 6to4
    v4([192, 168, 0, 0], 16),  // private
    v4([198, 18, 0, 0], 15),   // for measurements
    v4([198, 51, 100, 0], 24), // for documentation
    v4([203, 0, 113, 0], 24),  // for documentation
    v4([224, 0, 0, 0], 4),     // multicast
    v4([240, 0, 0, 0], 4),     // reserved, and broadcast
];

/// What of IPv6 is given out to the public internet; the rest is special or not in use.
const OPEN_6: Ipv6Net = v6([0x2000, 0, 0, 0, 0, 0, 0, 0], 3);

/// What of that is not.
const CLOSED_6: [Ipv6Net; 4] = [
    v6([0x2001, 0, 0, 0, 0, 0, 0, 0], 23), // of protocols: Teredo, ORCHID, for measurements
    v6([0x2001, 0xdb8, 0, 0, 0, 0, 0, 0], 32), // for documentation
    v6([0x2002, 0, 0, 0, 0, 0, 0, 0], 16), // 6to4: any address of IPv4
    v6([0x3fff, 0, 0, 0, 0, 0, 0, 0], 20), // for documentation
];

/// Addresses of IPv4 in IPv6, in their last 32 bits: mapped, and translated by NAT64.
const MAPPED: Ipv6Net = v6([0, 0, 0, 0, 0, 0xffff, 0, 0], 96);
const TRANSLATED: Ipv6Net = v6([0x64, 0xff9b, 0, 0, 0, 0, 0, 0], 96);

const fn v4([a, b, c, d]: [u8; 4], bits: u8) -> Ipv4Net {
    Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), bits)
}

const fn v6([a, b, c, d, e, f, g, h]: [u16; 8], bits: u8) -> Ipv6Net {
    Ipv6Net::new_assert(Ipv6Addr::new(a, b, c, d, e, f, g, h), bits)
}

/// Whether an address is one of the public internet.
fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => !CLOSED.iter().any(|closed| closed.contains(&address)),
        IpAddr::V6(address) if MAPPED.contains(&address) || TRANSLATED.contains(&address) => {
            let [.., a, b, c, d] = address.octets();
            is_public(Ipv4Addr::new(a, b, c, d).into())
        }
        IpAddr::V6(address) => {
            OPEN_6.contains(&address) && !CLOSED_6.iter().any(|closed| closed.contains(&address))
        }
    }
}

/// Why an address cannot be that of a webhook; the text is for who gave it, in Dutch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum WrongAddress {
    /// It is no address, or too long a one.
    #[error("Dit is geen webadres. Een adres ziet eruit als https://voorbeeld.nl/griffier.")]
    NotOne,
    /// It is not for HTTPS.
    #[error("Het adres moet met https:// beginnen: alleen dan kan niemand meelezen.")]
    NotSecure,
    /// It has a name or a password in it.
    #[error(
        "Zet geen naam of wachtwoord in het adres. Aan de handtekening ziet u dat wij het zijn."
    )]
    Credentials,
    /// It is on no public network.
    #[error("Dit adres is niet van het openbare internet.")]
    NotPublic,
}

/// Where webhooks may be.
#[derive(Debug, Clone, Default)]
pub struct Destinations {
    /// Networks besides the public internet, named by the operator.
    private: Vec<IpNet>,
}

/// Something that is no network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no network: expected something like 10.1.0.0/16 or 127.0.0.1")]
pub struct WrongNetwork(String);

impl FromStr for Destinations {
    type Err = WrongNetwork;

    /// The public internet, and these networks, with commas between them: `10.1.0.0/16,192.168.1.7`.
    fn from_str(networks: &str) -> Result<Self, WrongNetwork> {
        let named = networks.split(',').map(str::trim).filter(|network| !network.is_empty());
        let private = named.map(|network| {
            let whole = network.parse::<IpNet>().ok();
            let single = || network.parse::<IpAddr>().ok().map(IpNet::from);
            whole.or_else(single).ok_or_else(|| WrongNetwork(network.to_owned()))
        });
        Ok(Self { private: private.collect::<Result<_, _>>()? })
    }
}

impl Destinations {
    fn is_allowed_privately(&self, address: IpAddr) -> bool {
        self.private.iter().any(|network| network.contains(&address))
    }

    /// Whether an address may be connected to.
    pub(super) fn allow(&self, address: IpAddr) -> bool {
        is_public(address) || self.is_allowed_privately(address)
    }

    /// The address of a webhook as it is kept, from what somebody typed. Whether its name leads to the
    /// public internet is looked at whenever something is sent there. In a network that the operator
    /// named, an IP address may go without TLS.
    ///
    /// # Errors
    /// What is wrong with it.
    pub fn check(&self, given: &str) -> Result<Url, WrongAddress> {
        let given = given.trim();
        if given.len() > LONGEST {
            return Err(WrongAddress::NotOne);
        }
        let mut url = Url::parse(given).map_err(|_| WrongAddress::NotOne)?;
        // Browsers and this parser write an IPv4 address in one way, however it was given.
        let literal = match url.host() {
            Some(Host::Ipv4(address)) => Some(IpAddr::V4(address)),
            Some(Host::Ipv6(address)) => Some(IpAddr::V6(address)),
            Some(Host::Domain(_)) => None,
            None => return Err(WrongAddress::NotOne),
        };
        if literal.is_some_and(|address| !self.allow(address)) {
            return Err(WrongAddress::NotPublic);
        }
        let is_secure = url.scheme() == "https";
        let goes_without =
            url.scheme() == "http" && literal.is_some_and(|it| self.is_allowed_privately(it));
        if !is_secure && !goes_without {
            return Err(WrongAddress::NotSecure);
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(WrongAddress::Credentials);
        }
        url.set_fragment(None);
        Ok(url)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn public(address: &str) -> bool {
        is_public(address.parse().unwrap())
    }

    #[test]
    fn what_is_not_the_public_internet_is_known() {
        for address in [
            "0.0.0.0",
            "10.1.2.3",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "127.255.255.255",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.8",
            "192.0.2.1",
            "192.88.99.1",
            "192.168.1.1",
            "198.19.0.1",
            "198.51.100.1",
            "203.0.113.1",
            "224.0.0.1",
            "239.255.255.250",
            "240.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::127.0.0.1",
            "::ffff:127.0.0.1",
            "::ffff:10.0.0.1",
            "::ffff:169.254.169.254",
            "64:ff9b::7f00:1",
            "64:ff9b::10.0.0.1",
            "64:ff9b:1::1.1.1.1",
            "100::1",
            "2001::1",
            "2001:2::1",
            "2001:10::1",
            "2001:db8::1",
            "2002:7f00:1::",
            "2002:808:808::1",
            "3fff::1",
            "5f00::1",
            "fc00::1",
            "fd12:3456::1",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(!public(address), "{address}");
        }
        for address in [
            "1.1.1.1",
            "8.8.8.8",
            "100.63.255.255",
            "100.128.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.1",
            "223.255.255.255",
            "::ffff:8.8.8.8",
            "64:ff9b::8.8.8.8",
            "2001:4860:4860::8888",
            "2a00:1450:400e::1",
        ] {
            assert!(public(address), "{address}");
        }
    }

    proptest! {
        /// The same as the standard library says, as far as it says something.
        #[test]
        fn no_address_passes_that_the_standard_library_knows_as_special(bits: u32) {
            let address = Ipv4Addr::from_bits(bits);
            let special = address.is_unspecified()
                || address.is_loopback()
                || address.is_private()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
                || address.is_documentation();
            prop_assert!(!special || !is_public(address.into()));
            // Whatever way it is written in.
            prop_assert_eq!(is_public(address.to_ipv6_mapped().into()), is_public(address.into()));
            prop_assert!(!is_public(address.to_ipv6_compatible().into()));
        }

        #[test]
        fn no_address_of_ipv6_passes_that_is_not_given_out(bits: u128) {
            let address = Ipv6Addr::from_bits(bits);
            let is_given_out = address.segments()[0] >> 13 == 1;
            let is_ipv4 = MAPPED.contains(&address) || TRANSLATED.contains(&address);
            prop_assert!(is_given_out || is_ipv4 || !is_public(address.into()));
            let local = address.is_loopback()
                || address.is_unspecified()
                || address.is_multicast()
                || address.is_unique_local()
                || address.is_unicast_link_local();
            prop_assert!(!local || !is_public(address.into()));
        }

        /// An address of a private network is seen in every way in which a number can be written.
        #[test]
        fn a_private_address_is_refused_however_it_is_spelled(
            network in prop::sample::select(CLOSED.to_vec()),
            host: u32,
        ) {
            let within = host & network.hostmask().to_bits();
            let address = Ipv4Addr::from_bits(network.network().to_bits() | within);
            let [a, b, c, d] = address.octets();
            for spelled in [
                format!("{address}"),
                format!("{}", address.to_bits()),
                format!("0x{:x}", address.to_bits()),
                format!("0{:o}", address.to_bits()),
                format!("0{a:o}.0{b:o}.0{c:o}.0{d:o}"),
                format!("0x{a:x}.0x{b:x}.{c}.{d}"),
                format!("{a}.{}", address.to_bits() & 0xff_ffff),
                format!("[::ffff:{address}]"),
                format!("[64:ff9b::{address}]"),
            ] {
                let checked = Destinations::default().check(&format!("https://{spelled}/"));
                prop_assert_eq!(checked, Err(WrongAddress::NotPublic), "{}", spelled);
            }
        }

        #[test]
        fn whatever_is_typed_gives_an_answer(given in ".{0,200}") {
            if let Ok(url) = Destinations::default().check(&given) {
                prop_assert_eq!(url.scheme(), "https");
            }
        }
    }

    #[test]
    fn only_secure_addresses_without_credentials_are_taken() {
        let check = |given: &str| Destinations::default().check(given);
        let kept = check(" https://Voorbeeld.nl/griffier?x=1#y ").unwrap();
        assert_eq!(kept.as_str(), "https://voorbeeld.nl/griffier?x=1");
        for (given, wrong) in [
            ("", WrongAddress::NotOne),
            ("voorbeeld.nl", WrongAddress::NotOne),
            ("https://", WrongAddress::NotOne),
            ("https://300.1.1.1/", WrongAddress::NotOne),
            ("mailto:jan@voorbeeld.nl", WrongAddress::NotOne),
            ("http://voorbeeld.nl/", WrongAddress::NotSecure),
            ("ftp://voorbeeld.nl/", WrongAddress::NotSecure),
            ("file://voorbeeld.nl/etc/passwd", WrongAddress::NotSecure),
            ("gopher://voorbeeld.nl/", WrongAddress::NotSecure),
            ("https://jan@voorbeeld.nl/", WrongAddress::Credentials),
            ("https://:geheim@voorbeeld.nl/", WrongAddress::Credentials),
            ("https://127.0.0.1/", WrongAddress::NotPublic),
            ("https://jan:geheim@127.0.0.1/", WrongAddress::NotPublic),
            ("http://127.1/", WrongAddress::NotPublic),
            ("https://[::1]/", WrongAddress::NotPublic),
            ("https://①②⑦.0.0.1/", WrongAddress::NotPublic),
        ] {
            assert_eq!(check(given), Err(wrong), "{given}");
        }
        assert_eq!(
            check(&format!("https://voorbeeld.nl/{}", "a".repeat(1_000))),
            Err(WrongAddress::NotOne)
        );
    }

    #[test]
    fn the_operator_may_name_private_networks_and_no_more_is_open_then() {
        let destinations: Destinations = "10.1.0.0/16, 192.168.1.7".parse().unwrap();
        assert!(destinations.check("https://192.168.1.7/").is_ok());
        assert_eq!(destinations.check("https://192.168.1.8/"), Err(WrongAddress::NotPublic));
        let wrong = "10.1.0.0/16,intern".parse::<Destinations>().unwrap_err().to_string();
        assert!(wrong.starts_with("\"intern\" is no network"), "{wrong}");
        assert!(destinations.check("http://10.1.2.3:8080/hook").is_ok());
        assert!(destinations.check("https://10.1.2.3/").is_ok());
        assert_eq!(destinations.check("https://10.2.0.1/"), Err(WrongAddress::NotPublic));
        assert_eq!(destinations.check("https://127.0.0.1/"), Err(WrongAddress::NotPublic));
        assert_eq!(destinations.check("http://8.8.8.8/"), Err(WrongAddress::NotSecure));
        assert_eq!(destinations.check("http://intern/"), Err(WrongAddress::NotSecure));
    }
}
