#include <libavcodec/avcodec.h>
#include <libavformat/avformat.h>
#include <libavutil/avstring.h>
#include <libavutil/avutil.h>
#include <libavutil/channel_layout.h>
#include <libavutil/crc.h>
#include <libavutil/error.h>
#include <libavutil/opt.h>
#include <libswresample/swresample.h>

// Swift does not import macros that call other macros.
static const int commentbot_averror_eof = AVERROR_EOF;
static const int commentbot_averror_invaliddata = AVERROR_INVALIDDATA;
static const int64_t commentbot_no_pts = AV_NOPTS_VALUE;
