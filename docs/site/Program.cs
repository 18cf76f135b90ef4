using Xmtp.Site;

if (args is not [var root, var output])
{
    Console.Error.WriteLine("usage: Xmtp.Site <repository> <output directory>");
    return 2;
}

try
{
    var pages = SiteBuilder.Build(root, output);
    Console.WriteLine($"{pages} pages in {output}; open {Path.Combine(output, "index.html")}");
    return 0;
}
catch (SiteException failure)
{
    Console.Error.WriteLine(failure.Message);
    return 1;
}
