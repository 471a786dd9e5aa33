def test_x(small):
    p = small.page("/page/law/kr/hostile")
    print(p.answer.text)
    print(small.page("/page/law/kr/undecided").one("main").text)
def test_y(site):
    print(site.page("/").rows())
