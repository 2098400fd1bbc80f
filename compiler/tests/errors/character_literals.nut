a = ''
b = 'ab'
