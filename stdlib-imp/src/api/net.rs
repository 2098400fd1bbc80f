//! `imp.net`, and what `imp` says of the network.
//!
//! Boards say nothing about networks: this is the description of a WiFi link
//! that is up whenever the program is connected.

use super::arguments::{ANY, hexadecimal};
use crate::runtime::state::state;
use tamias_vm::native::{Item, Member};
use tamias_vm::{Cx, Flow, Raise, Returns, Str, Table, library};

const SSID: &str = "tamias";
const BSSID: &str = "020000000001";
const CHANNEL: i32 = 6;
const RSSI: i32 = -50;
const ADDRESS: &str = "192.168.1.2";
const NETMASK: &str = "255.255.255.0";
const BROADCAST: &str = "192.168.1.255";
const GATEWAY: &str = "192.168.1.1";
/// An Ethernet address has this many bits.
const MAC_MASK: u64 = (1 << 48) - 1;

library! {
    /// The object `imp.net`.
    pub(super) static NET: "net" = [
        Member::function("info", info, &[ANY]),
        // States of interfaces.
        Member::new("UNKNOWN", Item::Int(-1)),
        Member::new("STARTING", Item::Int(0)),
        Member::new("CONNECTED", Item::Int(1)),
        Member::new("WIFI_SCANNING", Item::Int(100)),
        Member::new("WIFI_JOINING", Item::Int(101)),
        Member::new("WIFI_WPSING", Item::Int(102)),
        Member::new("WIFI_LINK_UP", Item::Int(103)),
        Member::new("WIFI_DHCPING", Item::Int(104)),
        Member::new("WIFI_STOPPED", Item::Int(105)),
        Member::new("WIFI_STOPPED_UNHAPPY", Item::Int(106)),
        Member::new("ETHERNET_LINK_UP", Item::Int(200)),
        Member::new("ETHERNET_DHCPING", Item::Int(201)),
        Member::new("ETHERNET_STOPPED", Item::Int(202)),
        Member::new("ETHERNET_STOPPED_UNHAPPY", Item::Int(203)),
        Member::new("ETHERNET_STOPPED_NO_LINK", Item::Int(204)),
        Member::new("CELLULAR_PINGING", Item::Int(300)),
        Member::new("CELLULAR_WAITING_FOR_SIM", Item::Int(301)),
        Member::new("CELLULAR_PPP_CONNECTING", Item::Int(302)),
        Member::new("CELLULAR_REGISTERING", Item::Int(303)),
        Member::new("CELLULAR_REGISTRATION_DENIED", Item::Int(304)),
        Member::new("CELLULAR_STOPPED", Item::Int(305)),
    ];
}

/// `info()`: the interfaces and, while connected, the address.
fn info<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let connected = state(cx).connection.is_connected();
    let power_save = state(cx).power_save;
    let interface = cx.table(8)?;
    for (name, text) in [("type", "wifi"), ("ssid", SSID)] {
        let text = cx.string(text.as_bytes())?;
        interface.set_named(cx, name, text)?;
    }
    let address = mac_address_text(cx)?;
    interface.set_named(cx, "macaddress", address)?;
    interface.set_named(cx, "powersave", power_save)?;
    let information = cx.table(3)?;
    if connected {
        for (name, text) in [("connectedssid", SSID), ("bssid", BSSID)] {
            let text = cx.string(text.as_bytes())?;
            interface.set_named(cx, name, text)?;
        }
        interface.set_named(cx, "channel", CHANNEL)?;
        interface.set_named(cx, "rssi", RSSI)?;
        information.set_named(cx, "active", 0)?;
        let address = address_table(cx)?;
        information.set_named(cx, "ipv4", address)?;
    }
    let interfaces = cx.array(1)?;
    interfaces.push(cx, interface)?;
    information.set_named(cx, "interface", interfaces)?;
    Flow::value(information)
}

fn address_table<'v>(cx: &mut Cx<'v>) -> Result<Table<'v>, Raise> {
    let table = cx.table(6)?;
    let fields = [
        ("address", ADDRESS),
        ("netmask", NETMASK),
        ("broadcast", BROADCAST),
        ("gateway", GATEWAY),
        ("dhcpserver", GATEWAY),
    ];
    for (name, text) in fields {
        let text = cx.string(text.as_bytes())?;
        table.set_named(cx, name, text)?;
    }
    let servers = cx.array(1)?;
    let server = cx.string(GATEWAY.as_bytes())?;
    servers.push(cx, server)?;
    table.set_named(cx, "dnsserver", servers)?;
    Ok(table)
}

/// The address of the interface: 12 hexadecimal digits.
pub(super) fn mac_address_text<'v>(cx: &mut Cx<'v>) -> Result<Str<'v>, Raise> {
    let address = state(cx).board.device_id() & MAC_MASK;
    cx.string(&hexadecimal::<12>(address))
}

/// `imp.getssid()`
pub(super) fn ssid<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.string(SSID.as_bytes())?)
}

/// `imp.getbssid()`
pub(super) fn bssid<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.string(BSSID.as_bytes())?)
}

/// `imp.getchannel()`
pub(super) fn channel<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(CHANNEL)
}

/// `imp.rssi()`: 0 without a link.
pub(super) fn rssi<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(if state(cx).connection.is_connected() { RSSI } else { 0 })
}
