// Texts in the log.
server.log("plain");
server.log("");
server.log(42);
server.log(0.03);
server.log(3E4);
server.log(true);
server.log(null);
server.log({ function _tostring() { return "not a metamethod of plain tables"; } } == null);
class Named {
    function _tostring() { return "a named one"; }
}
server.log(Named());
server.error("something is wrong");
server.log("two\nlines");
server.log("Zürich");

// NUL is a character like others, what is not UTF-8 appears in hexadecimal.
local text = "before" + "\0" + "after";
server.log(text.len());
server.log(text == "before" + "\0" + "after");
server.log(text.slice(0, 6) + text.slice(7));
server.log("\xff" + "\0" + "A");
local data = blob(3);
data.writen(0x8001, 'w');
server.log(data);
local words = blob();
words.writestring("a blob of text");
server.log(words);

server.log("returns " + server.log("nested"));
print("printed\n");
error("reported\n");
try server.log() catch (problem) server.log(problem);
try server.log(1, 2) catch (problem) server.log(problem);
