//! `imp`: timers, idle callbacks, sleep, and what the module says of itself.

use super::arguments::{
    ANY, CALLBACK, NUMBER, OPTIONAL_CALLBACK, STRING, api_error, callback_argument, copy_of, data_argument,
    micros_of, seconds_argument,
};
use super::constants::{ENVIRONMENT_CARD, ENVIRONMENT_MODULE};
use super::sleep::{sleep_method, stop};
use super::{hardware, net, optional};
use crate::blob::BLOB;
use crate::board::profile::ModuleForm;
use crate::board::{StorageError, StoreArea};
use crate::runtime::StopReason;
use crate::runtime::state::{Task, replace_callback, state};
use crate::timers::{TimerId, interval_to_micros};
use alloc::vec::Vec;
use tamias_vm::native::{Cloning, Item, Member, NativeClass, Observes};
use tamias_vm::{Cx, Flow, Instance, Local, NativeData, Raise, Returns, TypeMask, library};

/// What `imp.setsendbuffersize()` reports first.
pub(crate) const DEFAULT_SEND_BUFFER: i32 = 3 * 1024;
const LARGEST_SEND_BUFFER: i32 = 30 * 1024;

/// Four fields, as devices have them; programs look for the release.
const SOFTWARE_VERSION: &str =
    concat!("tamias-", env!("CARGO_PKG_VERSION"), " - release-42.9 - undated - development");

library! {
    /// The object `imp`.
    pub(crate) static IMP: "imp" = [
        Member::function("wakeup", wakeup, &[ANY, NUMBER, CALLBACK]),
        Member::function("cancelwakeup", cancel_wakeup, &[ANY, TypeMask::INSTANCE]),
        Member::function("onidle", on_idle, &[ANY, OPTIONAL_CALLBACK]),
        Member::function("sleep", sleep, &[ANY, NUMBER]),
        optional("deepsleepfor", sleep_method),
        optional("deepsleepuntil", sleep_method),
        Member::function("reset", reset, &[ANY]),
        Member::function("onunhandledexception", on_unhandled_exception, &[ANY, OPTIONAL_CALLBACK]),
        Member::function("getmemoryfree", memory_free, &[ANY]).observes(Observes::Memory),
        Member::function("info", info, &[ANY]),
        Member::function("environment", environment, &[ANY]),
        Member::function("getsoftwareversion", software_version, &[ANY]),
        Member::new("configparams", Item::Property(config_params)),
        Member::new("net", Item::Library(&net::NET)),
        Member::function("getmacaddress", mac_address, &[ANY]),
        Member::function("getssid", net::ssid, &[ANY]),
        Member::function("getbssid", net::bssid, &[ANY]),
        Member::function("getchannel", net::channel, &[ANY]),
        Member::function("rssi", net::rssi, &[ANY]),
        Member::function("getrssi", net::rssi, &[ANY]),
        Member::function("setpowersave", set_power_save, &[ANY, ANY]),
        Member::function("getpowersave", power_save, &[ANY]),
        Member::function("setsendbuffersize", set_send_buffer_size, &[ANY, NUMBER]),
        Member::function("setuserconfiguration", set_user_configuration, &[ANY, USER_CONFIGURATION]),
        Member::function("getuserconfiguration", user_configuration, &[ANY]),
        // Settings of a network that boards do not imitate, and of an LED that they do not have.
        Member::function("enableblinkup", no_effect, &[ANY, ANY]),
        Member::function("setenroltokens", no_effect, &[ANY, STRING, STRING]),
        Member::function("setwificonfiguration", no_effect, &[ANY, STRING, STRING]),
        Member::function("clearconfiguration", no_effect, &[ANY, NUMBER]).required(1),
        // What a program told the planner of the first releases.
        Member::function("configure", no_effect, &[ANY]).variadic(1),
    ];
}

library! {
    /// The object `imp` of an agent.
    pub(crate) static AGENT_IMP: "imp" = [
        Member::function("wakeup", wakeup, &[ANY, NUMBER, CALLBACK]),
        Member::function("cancelwakeup", cancel_wakeup, &[ANY, TypeMask::INSTANCE]),
        Member::function("sleep", sleep, &[ANY, NUMBER]),
        Member::function("onunhandledexception", on_unhandled_exception, &[ANY, OPTIONAL_CALLBACK]),
        Member::function("getmemoryfree", memory_free, &[ANY]).observes(Observes::Memory),
        Member::function("getsoftwareversion", software_version, &[ANY]),
    ];
}

const USER_CONFIGURATION: TypeMask = TypeMask::STRING.or(TypeMask::INSTANCE).or(TypeMask::NULL);

/// What `imp.wakeup()` returns. It names a timer and keeps nothing alive.
struct Timer(TimerId);

impl NativeData for Timer {
    const RELEASE_IS_OBSERVABLE: bool = false;
}

static TIMER: NativeClass =
    NativeClass { type_name: "timer", members: &TIMER_MEMBERS, cloning: Cloning::Refused };

library! {
    static TIMER_MEMBERS: "timer" = [];
}

/// `wakeup(interval, callback)`: calls a function later. Returns the timer, or `null` if there is no room.
fn wakeup<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let interval = match interval_to_micros(seconds_argument(cx, 1)?) {
        Ok(interval) => interval,
        Err(error) => return Err(api_error(cx, error, "imp.wakeup(interval, callback)")),
    };
    let callback = cx.handle(cx.raw_arg(2))?;
    let state = state(cx);
    let due = state.now().saturating_add(interval);
    match state.timers.schedule(due, Task::Callback(callback)) {
        Ok(timer) => Flow::value(cx.new_native(&TIMER, Timer(timer))?),
        Err(refused) => {
            if let Some(callback) = refused.into_callback() {
                cx.release(callback);
            }
            Flow::null()
        }
    }
}

/// `cancelwakeup(timer)`: harmless if the timer has fired or was cancelled.
fn cancel_wakeup<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let timer: Instance = cx.arg(1)?;
    let Timer(timer) = *cx.native(timer)?;
    if let Some(callback) = state(cx).timers.cancel(timer).and_then(Task::into_callback) {
        cx.release(callback);
    }
    Flow::null()
}

/// `onidle(callback)`: calls a function once, when nothing else is left to do.
fn on_idle<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    replace_callback(cx, callback_argument(cx, 1), |state| &mut state.on_idle)?;
    Flow::null()
}

/// `onunhandledexception(handler)`
fn on_unhandled_exception<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    replace_callback(cx, callback_argument(cx, 1), |state| &mut state.on_unhandled_exception)?;
    Flow::null()
}

/// `sleep(seconds)`: blocks.
fn sleep<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let micros = micros_of(seconds_argument(cx, 1)?);
    if micros > 0 {
        state(cx).board.clock().sleep_micros(micros);
    }
    Flow::null()
}

/// `reset()`: restarts the module.
fn reset<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Err(stop(cx, StopReason::Reset))
}

/// `getmemoryfree()`: bytes that the program may still allocate.
fn memory_free<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.memory_free())
}

/// `info()`: an object with the name of the module.
fn info<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(&INFO)
}

library! {
    static INFO: "info" = [Member::new("type", Item::Property(module_name))];
}

fn module_name<'v>(cx: &mut Cx<'v>, _: &'static str) -> Result<Option<Local<'v>>, Raise> {
    let name = state(cx).profile().name;
    Ok(Some(cx.string(name.as_bytes())?.into()))
}

/// `environment()`: whether the module is a card.
fn environment<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(match state(cx).profile().form {
        ModuleForm::Card => ENVIRONMENT_CARD,
        ModuleForm::SolderedModule => ENVIRONMENT_MODULE,
    })
}

/// `getsoftwareversion()`
fn software_version<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(cx.string(SOFTWARE_VERSION.as_bytes())?)
}

/// `configparams`: a table with the number of the device.
fn config_params<'v>(cx: &mut Cx<'v>, _: &'static str) -> Result<Option<Local<'v>>, Raise> {
    let table = cx.table(1)?;
    let device = hardware::device_id_text(cx)?;
    table.set_named(cx, "deviceid", device)?;
    Ok(Some(table.into()))
}

/// `getmacaddress()`: the number of a device ends with it.
fn mac_address<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let address = net::mac_address_text(cx)?;
    Flow::value(address)
}

/// `setpowersave(enabled)`
fn set_power_save<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    state(cx).power_save = cx.arg(1)?;
    Flow::null()
}

/// `getpowersave()`
fn power_save<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    Flow::value(state(cx).power_save)
}

/// `setsendbuffersize(bytes)`: returns the size that was set before.
fn set_send_buffer_size<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let size: i32 = cx.arg(1)?;
    let granted = size.clamp(DEFAULT_SEND_BUFFER, LARGEST_SEND_BUFFER);
    Flow::value(core::mem::replace(&mut state(cx).send_buffer_bytes, granted))
}

/// `setuserconfiguration(data)`: keeps a string or blob for good; `null` deletes it.
fn set_user_configuration<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let data = if cx.raw_arg(1).is_null() { Vec::new() } else { data_argument(cx, 1)? };
    let stored = match state(cx).board.storage() {
        Some(storage) => storage.store(StoreArea::UserConfiguration, &data),
        None => Err(StorageError::Medium),
    };
    match stored {
        Ok(()) => Flow::null(),
        Err(error) => Err(api_error(cx, error, "imp.setuserconfiguration(value)")),
    }
}

/// `getuserconfiguration()`: what was stored, as a blob; `null` if nothing was.
fn user_configuration<'v>(cx: &mut Cx<'v>) -> Returns<'v> {
    let data = match state(cx).board.storage() {
        Some(storage) => {
            copy_of(storage.load(StoreArea::UserConfiguration)).map_err(|_| cx.out_of_memory())?
        }
        None => return Flow::null(),
    };
    if data.is_empty() {
        return Flow::null();
    }
    let blob = cx.new_blob(&BLOB, data.len())?;
    cx.bytes(blob)?.copy_from_slice(&data);
    Flow::value(blob)
}

fn no_effect<'v>(_: &mut Cx<'v>) -> Returns<'v> {
    Flow::null()
}
