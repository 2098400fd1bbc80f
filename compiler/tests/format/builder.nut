#require "Promise.lib.nut:4.0.0"
@include once "shared.nut"
#line 1 "device.nut"
  @set DEBUG = true
function f() {
        @if DEBUG
    server.log( "@{MESSAGE}" )
        @else
    server.log(@{MESSAGE | escape})
@endif
}
local t = {
@if A
    a = 1,
@endif
    b = @{B}
}
