// The base class is somewhere else, and so may be the rest.
class MyTest extends TestCase {
    function test() { assertEqual(1, helper()); }
}
server.log(SETTING);
device.send("nor", "is this");
