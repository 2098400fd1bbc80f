//! What the imp API has beyond what the runtime has: names only.
//!
//! A name that the runtime gets may stay here; it then counts as existing where
//! either says so.

use super::Side;

/// A documented name.
pub(super) struct Documented {
    pub(super) path: &'static str,
    /// `None`: on both.
    pub(super) side: Option<Side>,
    /// Names of modules; empty for all.
    pub(super) modules: &'static [&'static str],
    pub(super) callbacks: &'static [usize],
}

impl Documented {
    const fn calling(mut self, callbacks: &'static [usize]) -> Self {
        self.callbacks = callbacks;
        self
    }

    const fn on(mut self, modules: &'static [&'static str]) -> Self {
        self.modules = modules;
        self
    }
}

const fn new(path: &'static str, side: Option<Side>) -> Documented {
    Documented { path, side, modules: &[], callbacks: &[] }
}

const fn both(path: &'static str) -> Documented {
    new(path, None)
}

const fn device(path: &'static str) -> Documented {
    new(path, Some(Side::Device))
}

const fn agent(path: &'static str) -> Documented {
    new(path, Some(Side::Agent))
}

const SPI_FLASH: &[&str] = &["imp003", "imp004m", "imp005", "imp006", "impC001"];
const SAMPLER: &[&str] = &["imp001", "imp002", "imp003", "impC001"];
const DAC: &[&str] = &["imp001", "imp002", "imp003", "imp004m", "imp006", "impC001"];
const DFSDM: &[&str] = &["imp004m", "imp006"];
const BLUETOOTH: &[&str] = &["imp004m", "imp006"];
const USB: &[&str] = &["imp005", "impC001"];
const CELLULAR: &[&str] = &["imp006", "impC001"];

pub(super) const DOCUMENTED: &[Documented] = &[
    both("imp"),
    both("imp.wakeup").calling(&[1]),
    both("imp.cancelwakeup"),
    both("imp.sleep"),
    both("imp.environment"),
    both("imp.getsoftwareversion"),
    both("imp.getmemoryfree"),
    both("imp.configparams"),
    both("imp.onunhandledexception").calling(&[0]),
    device("imp.getbootromversion"),
    device("imp.scanwifinetworks").calling(&[0]),
    device("imp.setstaticnetworkconfiguration"),
    device("imp.setproxy"),
    device("imp.setnvramimage").on(&["imp005"]),
    device("imp.setcountry"),
    device("imp.getcountry"),
    device("imp.setpoweren"),
    device("imp.getpoweren"),
    device("imp.getethernetspeed"),
    device("imp.enablerescuepin"),
    device("imp.setrescuepin"),
    device("imp.getrescuepin"),
    device("imp.clearrescuepin"),
    device("imp.net.open").calling(&[1]),
    device("imp.net.setserverinterfaces"),
    device("imp.net.getcurrentconfig"),
    device("imp.net.configurewps"),
    device("imp.net.getcellinfo").calling(&[0]).on(CELLULAR),
    device("imp.net.getwifihints"),
    device("imp.net.setwifihints"),
    device("imp.net.latchwifipower"),
    both("server"),
    both("server.log"),
    both("server.error"),
    both("server.restart"),
    both("server.isconnected"),
    device("server.connectwith").calling(&[1]),
    device("server.bless").calling(&[1]),
    device("server.factoryblinkup"),
    device("server.show"),
    agent("server.save"),
    agent("server.load"),
    agent("device"),
    agent("device.send"),
    agent("device.on").calling(&[1]),
    agent("device.isconnected"),
    agent("device.onconnect").calling(&[0]),
    agent("device.ondisconnect").calling(&[0]),
    agent("device.info"),
    both("crypto"),
    both("crypto.sha256"),
    both("crypto.hmacsha256"),
    both("crypto.equals"),
    agent("crypto.sign").calling(&[3]),
    agent("crypto.verify").calling(&[4]),
    agent("crypto.RSASSA_PKCS1_SHA256"),
    agent("http"),
    agent("http.get"),
    agent("http.post"),
    agent("http.put"),
    agent("http.httpdelete"),
    agent("http.request"),
    agent("http.openstream"),
    agent("http.onrequest").calling(&[0]),
    agent("http.agenturl"),
    agent("http.jsonencode"),
    agent("http.jsondecode"),
    agent("http.urlencode"),
    agent("http.urldecode"),
    agent("http.base64encode"),
    agent("http.base64decode"),
    agent("http.hash"),
    agent("http.hash.md5"),
    agent("http.hash.sha1"),
    agent("http.hash.sha256"),
    agent("http.hash.sha512"),
    agent("http.hash.hmacmd5"),
    agent("http.hash.hmacsha1"),
    agent("http.hash.hmacsha256"),
    agent("http.hash.hmacsha512"),
    agent("mqtt"),
    agent("mqtt.createclient"),
    agent("regexp2"),
    device("hardware.spiflash").on(SPI_FLASH),
    device("hardware.spiflash.enable").on(SPI_FLASH),
    device("hardware.spiflash.disable").on(SPI_FLASH),
    device("hardware.spiflash.size").on(SPI_FLASH),
    device("hardware.spiflash.chipid").on(SPI_FLASH),
    device("hardware.spiflash.read").on(SPI_FLASH),
    device("hardware.spiflash.readintoblob").on(SPI_FLASH),
    device("hardware.spiflash.write").on(SPI_FLASH),
    device("hardware.spiflash.erasesector").on(SPI_FLASH),
    device("hardware.spiflash.setspeed").on(&["imp003", "imp004m"]),
    device("hardware.spiflash.info").on(&["imp005"]),
    device("hardware.sampler").on(SAMPLER),
    device("hardware.sampler.configure").calling(&[3]).on(SAMPLER),
    device("hardware.sampler.start").on(SAMPLER),
    device("hardware.sampler.stop").on(SAMPLER),
    device("hardware.sampler.reset").on(SAMPLER),
    device("hardware.sampler.getsampleratehz").on(SAMPLER),
    device("hardware.fixedfrequencydac").on(DAC),
    device("hardware.fixedfrequencydac.configure").calling(&[3]).on(DAC),
    device("hardware.fixedfrequencydac.start").on(DAC),
    device("hardware.fixedfrequencydac.stop").on(DAC),
    device("hardware.fixedfrequencydac.addbuffer").on(DAC),
    device("hardware.pwmpairKD").on(&["imp004m"]),
    device("hardware.dfsdm").on(DFSDM),
    device("hardware.dfsdm.configure").calling(&[7]).on(DFSDM),
    device("hardware.dfsdm.start").on(DFSDM),
    device("hardware.dfsdm.stop").on(DFSDM),
    device("hardware.dfsdm.reset").on(DFSDM),
    device("hardware.dfsdm.getsampleratehz").on(DFSDM),
    device("hardware.usb").on(USB),
    device("hardware.usb.configure").calling(&[0]).on(USB),
    device("hardware.usb.disable").on(USB),
    device("hardware.usb.openendpoint").on(USB),
    device("hardware.usb.controltransfer").on(USB),
    device("hardware.usb.generaltransfer").on(USB),
    device("hardware.bluetooth").on(BLUETOOTH),
    device("hardware.bluetooth.open").on(BLUETOOTH),
    device("hardware.gnss").on(&["imp006"]),
];

/// With how many arguments callbacks are called: the function, the position of its callback, the number.
pub(super) const CALLBACK_ARGUMENTS: &[(&str, usize, usize)] = &[
    ("imp.wakeup", 1, 0),
    ("imp.onidle", 0, 0),
    ("imp.onunhandledexception", 0, 1),
    ("imp.scanwifinetworks", 0, 1),
    ("imp.net.open", 1, 1),
    ("server.connect", 0, 1),
    ("server.connectwith", 1, 1),
    ("server.onunexpecteddisconnect", 0, 1),
    ("server.onshutdown", 0, 1),
    ("agent.on", 1, 1),
    ("device.on", 1, 1),
    ("device.onconnect", 0, 0),
    ("device.ondisconnect", 0, 0),
    ("http.onrequest", 0, 2),
    ("hardware.sampler.configure", 3, 2),
    ("hardware.fixedfrequencydac.configure", 3, 1),
    ("hardware.usb.configure", 0, 2),
];
