local message = "The temperature is " + temperature + " degrees and the humidity is " + humidity + " percent";
if (state == STATE_CONNECTED && (reason == REASON_TIMEOUT || reason == REASON_DENIED) && retries < MAX_RETRIES) retry();
local result = isConnectedToTheServer() ? sendImmediatelyToTheServer(message) : storeForLaterTransmission(message, queue);
callSomething(withAnArgumentThatIsLong, andAnotherArgumentThatIsLong, andAThirdArgumentThatIsLong, 4);
http.post(url, { "Content-Type": "application/json", "Authorization": token }, http.jsonencode({ "value": reading }));
sendDeviceEvents(mixPanelEvent(EVENT_SPEAK, { "status": "CrowdSourced", "barcode": data.scandata, "id": id }));
local constants = [0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5];
local lists = [[first, second, third], [fourthElement, fifthElement], { name = "a table in an array", value = 1 }, call(x)];
function aFunctionWithManyParameters(firstParameter, secondParameter = 10, thirdParameter = "default") {}
for (local indexOfTheElement = 0; indexOfTheElement < numberOfElements; indexOfTheElement += elementsPerStep) {}
local firstVariable = firstFunction(), secondVariable = secondFunction(), thirdVariable = thirdFunction(1);
local colour = isError ? "red" : isWarning ? "yellow" : isNotice ? "a colour with a long name" : isDebug ? "grey" : "white";
throw "An error message that is so long that it does not fit on one line of one hundred columns at all";
