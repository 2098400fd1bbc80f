local a = 1;
break;
