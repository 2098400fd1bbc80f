switch (x) {
    case 1: f(); break;
    case "two":
    case null: g();
    case y: h();
    default: i();
}
